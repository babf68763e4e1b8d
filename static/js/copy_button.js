// Shows the copy buttons where the browser can copy, and says whether it worked.

async function copy(button) {
  const status = button.parentElement.querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    status.textContent = status.dataset.done;
  } catch {
    status.textContent = status.dataset.failed;
  }
  setTimeout(() => { status.textContent = ""; }, 4000);
}

if (navigator.clipboard) {
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.parentElement.hidden = false;
    button.addEventListener("click", () => copy(button));
  });
}
