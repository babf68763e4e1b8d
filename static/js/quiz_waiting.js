// The waiting room: asks for the place, lets the next ones in with it, and goes on when it is this one's turn.
// The site says when to ask again; in between the page counts down at the rate at which the queue moves.

const room = document.getElementById("waiting");
const text = document.getElementById("waiting-text");
const RETRY_MS = 4000;
let place = null;
let askedAt = 0;

async function ask() {
  let pause = RETRY_MS;
  try {
    const response = await fetch(room.dataset.url, { method: "POST", headers: { "X-Token": room.dataset.token } });
    if (response.ok) {
      place = await response.json();
      askedAt = performance.now();
      if (place.admitted) {
        text.textContent = room.dataset.ready;
        document.getElementById("waiting-form").submit();
        return;
      }
      pause = place.ask_again_ms;
      show();
    }
  } catch {
    // The network is gone for a moment: the place is kept.
  }
  setTimeout(ask, pause + Math.random() * 500);
}

function show() {
  if (!place || place.admitted) return;
  const left = Math.max(1, Math.ceil(place.wait_s - (performance.now() - askedAt) / 1000));
  const before = Math.max(1, Math.ceil((place.position * left) / Math.max(place.wait_s, 1)));
  text.textContent = room.dataset.text.replace("{n}", before).replace("{s}", left);
}

ask();
setInterval(show, 5000);
