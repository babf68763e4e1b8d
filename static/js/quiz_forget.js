// A paper that is closed needs no copy of its answers in this browser.

const place = document.getElementById("forget-paper");
try {
  localStorage.removeItem(place.dataset.key);
} catch {
  // No storage in this browser.
}
