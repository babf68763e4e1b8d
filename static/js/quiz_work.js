// Computes the proof of work while the form is filled in, in small pieces, so that the page stays quick.

import { sha256 } from "./quiz_sha256.js";

const PIECE_MS = 12;
const form = document.getElementById("join-form");

function solve(challenge, onProgress) {
  const bits = Number(challenge.split(".")[0]);
  const expected = 2 ** bits;
  let number = 0;
  return new Promise((done) => {
    const work = () => {
      const end = performance.now() + PIECE_MS;
      while (performance.now() < end) {
        for (let i = 0; i < 64; i += 1, number += 1) {
          const first = sha256(`${challenge}:${number}`)[0];
          if (Math.clz32(first) >= bits) {
            done(String(number));
            return;
          }
        }
      }
      onProgress(100 * (1 - Math.exp(-number / expected)));
      setTimeout(work, 0);
    };
    setTimeout(work, 0);
  });
}

function begin() {
  const box = document.getElementById("work");
  const bar = document.getElementById("work-bar");
  const status = document.getElementById("work-status");
  const answer = form.elements.answer;
  let isWaiting = false;
  const solved = solve(form.dataset.challenge, (share) => { bar.value = share; }).then((found) => {
    answer.value = found;
    bar.value = 100;
    if (isWaiting) status.textContent = form.dataset.done;
  });
  form.addEventListener("submit", async (event) => {
    if (answer.value) return;
    event.preventDefault();
    if (isWaiting) return;
    isWaiting = true;
    box.hidden = false;
    status.textContent = form.dataset.working;
    await solved;
    form.submit();
  });
}

if (form?.dataset.challenge) begin();
