// A paper: every answer is saved at once, kept in this browser while the network is gone, and never judged here.
// The clock is the server's: the page is told what is left and counts down by the browser's own steady clock.

import { readAnswer, showAnswer, isRepeated } from "./quiz_answers.js";

const root = document.getElementById("paper");
const form = document.getElementById("paper-form");
const words = root.dataset;
const DELAY_MS = 400;
const RETRY_MS = [1000, 2000, 4000, 8000];
const WARNINGS = [[300, "five"], [60, "one"], [20, "twenty"]];

const questions = [...form.querySelectorAll(".quiz-question")];
const pending = new Map();
let sequence = Number(words.sequence);
let endsAt = performance.now() + Number(words.remainingMs);
let isPaused = words.paused === "yes";
let isSending = false;
let isClosed = false;
let failures = 0;
let timer = 0;
const said = new Set();

const by = (id) => document.getElementById(id);
const leftMs = () => endsAt - performance.now();

function say(text) {
  by("alert").textContent = "";
  requestAnimationFrame(() => { by("alert").textContent = text; });
}

function keep() {
  try {
    const marks = [...form.querySelectorAll("[data-mark]:checked")].map((box) => box.dataset.mark);
    localStorage.setItem(words.key, JSON.stringify({ answers: [...pending.values()], marks }));
  } catch {
    // No storage: answers live in the page until they are sent.
  }
}

function recall() {
  let found = {};
  try {
    found = JSON.parse(localStorage.getItem(words.key) ?? "{}");
  } catch {
    return;
  }
  for (const one of Array.isArray(found.answers) ? found.answers : []) {
    const question = questions[one.position];
    if (!question || !Array.isArray(one.value) || one.sequence <= Number(question.dataset.sequence)) continue;
    showAnswer(question, one.value);
    pending.set(one.position, { ...one, tries: 1 });
    sequence = Math.max(sequence, one.sequence);
  }
  for (const mark of Array.isArray(found.marks) ? found.marks : []) {
    const box = form.querySelector(`[data-mark="${CSS.escape(String(mark))}"]`);
    if (box) box.checked = true;
  }
}

function isAnswered(question) {
  return readAnswer(question).length > 0;
}

function show() {
  const count = questions.filter(isAnswered).length;
  by("progress-bar").value = count;
  by("progress").textContent = words.progress.replace("{n}", count).replace("{all}", words.total);
  for (const question of questions) {
    const link = form.querySelector(`[data-map="${question.dataset.position}"]`);
    const isMarked = form.querySelector(`[data-mark="${question.dataset.position}"]`).checked;
    link.toggleAttribute("data-answered", isAnswered(question));
    link.toggleAttribute("data-marked", isMarked);
    const state = link.querySelector("[data-map-state]");
    state.textContent = isMarked ? state.dataset.marked : isAnswered(question) ? state.dataset.done : "";
  }
}

function note(question) {
  const warning = question.querySelector("[data-warning]");
  if (warning) warning.textContent = isRepeated(question) ? words.twice : "";
  if (isRepeated(question)) return;
  sequence += 1;
  const position = Number(question.dataset.position);
  pending.set(position, { position, sequence, value: readAnswer(question), tries: 0 });
  keep();
  show();
  plan(DELAY_MS);
}

function plan(delay) {
  clearTimeout(timer);
  timer = setTimeout(send, delay);
}

function post(batch, isLast = false) {
  const answers = batch.map(({ position, sequence: number, value }) => ({ position, sequence: number, value }));
  return fetch(words.saveUrl, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-Token": words.token },
    body: JSON.stringify({ answers }),
    keepalive: isLast,
  });
}

async function send() {
  if (isSending || isClosed) return;
  isSending = true;
  const batch = [...pending.values()];
  if (batch.length) by("save-state").textContent = words.saving;
  try {
    const response = await post(batch);
    failures = 0;
    await take(response, batch);
  } catch {
    batch.forEach((one) => { one.tries += 1; });
    by("save-state").textContent = words.offline;
    root.dataset.state = "offline";
    plan(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
    failures += 1;
  }
  isSending = false;
  if (!isClosed && !failures && pending.size) plan(DELAY_MS);
}

async function take(response, batch) {
  const type = response.headers.get("Content-Type") ?? "";
  const found = type.includes("json") ? await response.json() : {};
  if (response.ok) {
    saved(found, batch);
  } else if (response.status === 409) {
    refused(found.reason);
  } else if (response.status === 403 || response.status === 404) {
    root.dataset.state = "gone";
    by("save-state").textContent = words.gone;
    isClosed = true;
  } else if (response.status === 422) {
    batch.forEach((one) => { if (pending.get(one.position)?.sequence === one.sequence) pending.delete(one.position); });
    keep();
  } else {
    throw new Error(String(response.status));
  }
}

function saved(found, batch) {
  endsAt = performance.now() + found.remaining_ms;
  isPaused = false;
  root.dataset.state = "saved";
  const isOvertaken = batch.some((one) => !one.tries && !found.accepted.includes(one.position));
  for (const one of batch) {
    if (pending.get(one.position)?.sequence === one.sequence) pending.delete(one.position);
    if (found.accepted.includes(one.position)) questions[one.position].dataset.sequence = one.sequence;
  }
  keep();
  if (found.receipt) by("save-state").textContent = words.saved.replace("{receipt}", found.receipt);
  if (isOvertaken) {
    by("save-state").textContent = words.other;
    location.reload();
  }
}

function refused(reason) {
  if (reason === "paused") {
    isPaused = true;
    by("save-state").textContent = words.pausedText;
    plan(10000);
    return;
  }
  isClosed = true;
  const text = reason === "late" ? words.late : words.closed;
  by("save-state").textContent = text;
  say(text);
  setTimeout(() => (reason === "late" ? form.submit() : location.reload()), 2500);
}

function printed(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const pad = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}:` : ""}${pad(Math.floor((seconds % 3600) / 60))}:${pad(seconds % 60)}`;
}

function tick() {
  if (isPaused) {
    by("time").textContent = words.pausedText;
    return;
  }
  const left = leftMs();
  by("time").textContent = words.left.replace("{time}", printed(left));
  const due = WARNINGS.filter(([seconds]) => left <= seconds * 1000);
  if (due.length && !said.has(due.at(-1)[1])) {
    due.forEach(([, name]) => said.add(name));
    root.dataset.hurry = due.at(-1)[1];
    if (left > 0) say(words[due.at(-1)[1]]);
  }
  if (left <= 0 && !isClosed) finish();
}

async function finish() {
  if (isClosed) return;
  isClosed = true;
  say(words.over);
  by("save-state").textContent = words.over;
  by("hand-in").disabled = true;
  try {
    if (pending.size) await post([...pending.values()]);
    else await post([]);
    form.submit();
  } catch {
    isClosed = false;
    by("save-state").textContent = words.offline;
    root.dataset.state = "offline";
    by("hand-in").disabled = false;
  }
}

function confirmSubmit() {
  const open = questions.filter((question) => !isAnswered(question)).length;
  const marked = form.querySelectorAll("[data-mark]:checked").length;
  by("confirm-text").textContent = [
    open ? words.unanswered.replace("{n}", open) : words.all,
    marked ? words.marked.replace("{n}", marked) : "",
  ].join(" ");
  by("confirm").showModal();
}

function watch() {
  form.addEventListener("change", (event) => {
    if (event.target.dataset.mark) {
      keep();
      show();
    } else {
      note(event.target.closest(".quiz-question"));
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.id === "keep") send();
    else if (!isClosed) confirmSubmit();
  });
  by("confirm-yes").addEventListener("click", () => {
    by("confirm").close();
    finish();
  });
  by("confirm-no").addEventListener("click", () => by("confirm").close());
  window.addEventListener("online", () => plan(0));
  window.addEventListener("offline", () => { by("save-state").textContent = words.offline; root.dataset.state = "offline"; });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) plan(0); });
  window.addEventListener("pagehide", () => { if (pending.size && !isClosed) post([...pending.values()], true).catch(() => {}); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

by("bar").hidden = false;
by("static-time").hidden = true;
form.querySelectorAll(".quiz-mark").forEach((one) => { one.hidden = false; });
recall();
show();
watch();
tick();
setInterval(tick, 250);
if (pending.size) plan(0);
