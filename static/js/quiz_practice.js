// Spaced repetition in boxes (Leitner). What was practised stays in this browser and is sent nowhere.

const root = document.getElementById("practice");
const KEY = "quiz-practice";
const DAYS = [0, 1, 2, 4, 8, 16];
const DAY_MS = 86400000;

function load() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return found && typeof found === "object" && !Array.isArray(found) ? found : {};
  } catch {
    return null;
  }
}

function keep(boxes) {
  try {
    localStorage.setItem(KEY, JSON.stringify(boxes));
  } catch {
    // No storage in this browser: questions come one after the other.
  }
}

// A reload of an answer that was counted already must not count again.
function learn(boxes) {
  const { code, result } = root.dataset;
  const here = location.search;
  if (!code || !result || boxes[code]?.seen === here) return;
  const box = result === "right" ? Math.min((boxes[code]?.box ?? 0) + 1, DAYS.length - 1) : 0;
  boxes[code] = { box, due: Date.now() + DAYS[box] * DAY_MS, seen: here };
  keep(boxes);
}

// First what is due (the lowest box first), then what is new, then what comes due next.
function next(codes, boxes) {
  const now = Date.now();
  const others = codes.filter((code) => code !== root.dataset.code);
  const due = others.filter((code) => boxes[code] && boxes[code].due <= now).sort((a, b) => boxes[a].box - boxes[b].box);
  const fresh = others.filter((code) => !boxes[code]);
  if (due.length && (boxes.turn ?? 0) % 3 !== 2) return due[0];
  if (fresh.length) return fresh[Math.floor(Math.random() * fresh.length)];
  return due[0] ?? others.sort((a, b) => boxes[a].due - boxes[b].due)[0] ?? root.dataset.code;
}

async function begin(boxes) {
  const response = await fetch(root.dataset.codesUrl);
  if (!response.ok) return;
  const { topics } = await response.json();
  const codes = root.dataset.topic ? topics[root.dataset.topic] ?? [] : Object.values(topics).flat();
  const due = codes.filter((code) => boxes[code] && boxes[code].due <= Date.now()).length;
  const known = codes.filter((code) => boxes[code]?.box >= 3).length;
  document.getElementById("boxes-text").textContent = root.dataset.due
    .replace("{due}", due).replace("{known}", known).replace("{all}", codes.length);
  const url = new URL(root.dataset.url, location.href);
  if (root.dataset.topic) url.searchParams.set("topic", root.dataset.topic);
  url.searchParams.set("q", next(codes, boxes));
  document.querySelectorAll("[data-next]").forEach((link) => { link.href = url.pathname + url.search; });
}

const boxes = load();
if (boxes && document.getElementById("boxes")) {
  document.getElementById("boxes").hidden = false;
  if (root.dataset.result) {
    boxes.turn = (boxes.turn ?? 0) + 1;
    learn(boxes);
  }
  begin(boxes).catch(() => {});
  const clear = document.getElementById("boxes-clear");
  clear.addEventListener("click", () => {
    localStorage.removeItem(KEY);
    document.getElementById("boxes-text").textContent = clear.dataset.done;
  });
}
