// Suggestions under every search box with data-suggest-url: a combobox with a listbox popup (WAI-ARIA APG),
// list autocomplete, nothing selected by itself. The form works the same without this file.

const DELAY_MS = 150;

class SearchBox {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=search]");
    this.options = [];
    this.active = -1;
    this.request = null;
    this.timer = 0;
    this.build();
    this.listen();
  }

  build() {
    const id = `${this.input.id}-list`;
    this.list = document.createElement("ul");
    Object.assign(this.list, { id, className: "search-box__list", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.form.dataset.listboxLabel);
    this.status = document.createElement("p");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.form.append(this.list, this.status);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", id]]) {
      this.input.setAttribute(name, value);
    }
  }

  listen() {
    this.input.addEventListener("input", () => this.ask());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    // A press must not take the focus away before the click arrives.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(this.options.indexOf(option));
    });
  }

  ask() {
    clearTimeout(this.timer);
    this.request?.abort();
    const text = this.input.value.trim();
    if (!text) return this.close();
    this.timer = setTimeout(() => this.load(text), DELAY_MS);
  }

  async load(text) {
    const request = new AbortController();
    this.request = request;
    const url = new URL(this.form.dataset.suggestUrl, location.href);
    url.searchParams.set("q", text);
    try {
      const response = await fetch(url, { signal: request.signal, headers: { Accept: "application/json" } });
      if (response.ok && this.input === document.activeElement) this.show(await response.json());
    } catch {
      // Offline or no JSON: the box stays a plain form. An aborted request has a successor, which must live on.
      if (!request.signal.aborted) this.close();
    }
  }

  show(suggestions) {
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.options = suggestions.map((suggestion, index) => this.option(suggestion, index));
    this.list.replaceChildren(...this.options);
    this.setOpen(this.options.length > 0);
    const { countText, noneText } = this.form.dataset;
    this.status.textContent = this.options.length ? countText.replace("{n}", this.options.length) : noneText;
  }

  option(suggestion, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.className = "search-box__option";
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const label = document.createElement("span");
    label.textContent = suggestion.label;
    item.append(label);
    if (Number.isFinite(suggestion.count) && suggestion.count > 0) {
      const count = document.createElement("span");
      count.className = "search-box__option-count";
      count.textContent = suggestion.count.toLocaleString("en");
      item.append(" ", count);
    }
    item.suggestion = suggestion;
    return item;
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) return this.options.length ? this.setOpen(true) : this.ask();
      if (!event.altKey) this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && isOpen && this.active >= 0) {
      event.preventDefault();
      this.take(this.active);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      this.close();
    }
  }

  move(step) {
    // One place more than there are options: the text itself.
    const places = this.options.length + 1;
    this.active = ((this.active + 1 + step + places) % places) - 1;
    this.options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.active)));
    if (this.active < 0) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", this.options[this.active].id);
    this.options[this.active].scrollIntoView({ block: "nearest" });
  }

  take(index) {
    const { text, url } = this.options[index].suggestion;
    this.close();
    const target = url ? new URL(url, location.href) : null;
    if (target && target.origin === location.origin) return location.assign(target);
    this.input.value = text;
    this.form.requestSubmit();
  }

  setOpen(isOpen) {
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = "";
    this.setOpen(false);
  }
}

document.querySelectorAll("form[data-suggest-url]").forEach((form) => new SearchBox(form));
