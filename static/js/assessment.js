// The self-assessment while somebody types: live sums, remembering in this browser by choice, files to save and load.
// Nothing is sent anywhere; the form works the same without this file.

import { printed, score } from "./assessment_score.js";

const root = document.getElementById("assessment");
const form = document.getElementById("assessment-form");
const table = JSON.parse(document.getElementById("assessment-table").textContent);
const KEY = root.dataset.key;
const status = document.getElementById("keep-status");
const keep = document.getElementById("keep");
const SUGGEST_MS = 200;

const names = [...new Set([...form.elements].map((one) => one.name).filter((name) => name && name !== "county_choice"))];
const read = (name) => {
  const field = form.elements[name];
  return field ? String(field.value ?? "") : "";
};

function say(word) {
  status.textContent = status.dataset[word];
}

function region() {
  return read("region") || form.dataset.region || "";
}

function show() {
  const result = score(table, read, region());
  for (const output of form.querySelectorAll("[data-indicator]")) {
    const one = result.indicators.get(output.dataset.indicator);
    const words = { open: "", wrong: form.dataset.wrongText, region: form.dataset.regionText };
    output.textContent = one.state === "done" ? form.dataset.pointsText.replace("{n}", printed(one.points)) : words[one.state];
    output.dataset.state = one.state === "done" && one.points === one.full ? "full" : one.state;
  }
  for (const output of form.querySelectorAll("[data-class]")) {
    const code = output.dataset.class;
    output.textContent = form.dataset.pointsText.replace("{n}", printed(code === "bonus" ? result.bonus : result.classes.get(code)));
  }
  document.getElementById("live-total").textContent = printed(result.total);
  const line = document.getElementById("live-line");
  line.textContent = line.dataset.text
    .replace("{n}", result.answered).replace("{all}", result.count)
    .replace("{low}", printed(result.low)).replace("{high}", printed(result.high));
  const missing = document.getElementById("live-missing");
  missing.textContent = missing.dataset.text.replace("{n}", result.missing);
  missing.hidden = !result.missing;
}

const values = () => Object.fromEntries(names.map((name) => [name, read(name)]).filter(([, value]) => value));

function fill(found) {
  for (const name of names) {
    const field = form.elements[name];
    const value = typeof found[name] === "string" ? found[name].slice(0, 64) : "";
    const isKnown = field instanceof HTMLSelectElement ? [...field.options].some((one) => one.value === value) : true;
    if (isKnown) field.value = value;
  }
  show();
}

function remember() {
  try {
    if (keep.checked) localStorage.setItem(KEY, JSON.stringify({ schema: table.schema, fields: values() }));
  } catch {
    keep.checked = false;
  }
}

function recall() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (found?.schema !== table.schema) return;
    keep.checked = true;
    if (!location.search) {
      fill(found.fields ?? {});
      say("restored");
    }
  } catch {
    // No storage in this browser, or somebody else's content: begin empty.
  }
}

// The page's own file has the same shape as the API's answers, so either can be loaded.
function fromDocument(found) {
  const fields = { county: found.county ?? "", year: String(found.year ?? ""), region: found.region ?? "" };
  const word = (value) => (value === true ? "yes" : value === false ? "no" : value === null ? "" : String(value));
  for (const [key, prefix] of [["answers", "i-"], ["conditions", "c-"], ["bonus", "b-"]]) {
    for (const [code, value] of Object.entries(found[key] ?? {})) fields[prefix + code] = word(value);
  }
  return fields;
}

function number(text) {
  const plain = text.normalize("NFKC").replaceAll("。", ".").replace(/[ ,_\s%]/g, "");
  if (!plain.includes("/")) return Number(plain);
  const [part, whole] = plain.split("/").map(Number);
  return Math.floor((part / whole) * 1000000) / 10000;
}

function toDocument() {
  const result = score(table, read, region());
  const found = { schema: table.schema, county: read("county") || null, year: Number(read("year")) || null, region: region() || null, answers: {}, conditions: {}, bonus: {} };
  for (const indicator of table.classes.flatMap((group) => group.indicators)) {
    const text = read(`i-${indicator.code}`);
    if (!["done", "region"].includes(result.indicators.get(indicator.code).state)) continue;
    if (indicator.kind === "yes-no") found.answers[indicator.code] = text === "yes";
    else found.answers[indicator.code] = indicator.kind === "choice" ? text : number(text);
  }
  for (const code of table.conditions) if (read(`c-${code}`)) found.conditions[code] = read(`c-${code}`) === "yes";
  for (const item of table.bonus) if (read(`b-${item.code}`)) found.bonus[item.code] = number(read(`b-${item.code}`));
  return found;
}

function saveFile() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify(toDocument(), null, 1)}\n`], { type: "application/json" }));
  link.download = "assessment.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function loadFile(event) {
  const [file] = event.target.files;
  event.target.value = "";
  try {
    const found = JSON.parse(await file.text());
    if (found.schema !== table.schema) throw new Error("another schema");
    fill(fromDocument(found));
    remember();
    say("loaded");
  } catch {
    say("wrong");
  }
}

function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
  keep.checked = false;
  say("forgotten");
}

function suggest() {
  const list = document.getElementById("county-list");
  let timer = 0;
  form.elements.county.addEventListener("input", () => {
    clearTimeout(timer);
    delete form.dataset.region;
    timer = setTimeout(async () => {
      const url = new URL(form.dataset.countySuggestUrl, location.href);
      url.searchParams.set("q", read("county"));
      try {
        const response = await fetch(url);
        const found = response.ok ? await response.json() : [];
        list.replaceChildren(...found.map((one) => new Option(one.label, one.text)));
      } catch {
        // Offline: the field stays a plain one.
      }
    }, SUGGEST_MS);
  });
}

root.querySelectorAll("[data-live], .assessment__live").forEach((one) => { one.hidden = false; });
const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
form.addEventListener("input", () => { show(); remember(); });
form.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
});
keep.addEventListener("change", () => { if (keep.checked) { remember(); say("saved"); } else forget(); });
document.getElementById("save-file").addEventListener("click", saveFile);
document.getElementById("load-file").addEventListener("change", loadFile);
document.getElementById("forget").addEventListener("click", forget);
recall();
suggest();
show();
