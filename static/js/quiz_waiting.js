// The waiting room: asks for the place, lets the next ones in with it, and goes on when it is this one's turn.

const room = document.getElementById("waiting");
const text = document.getElementById("waiting-text");
const SHORTEST_MS = 1500;
const LONGEST_MS = 8000;

async function ask() {
  let wait = LONGEST_MS;
  try {
    const response = await fetch(room.dataset.url, { method: "POST", headers: { "X-Token": room.dataset.token } });
    if (response.ok) {
      const place = await response.json();
      if (place.admitted) {
        text.textContent = room.dataset.ready;
        document.getElementById("waiting-form").submit();
        return;
      }
      text.textContent = room.dataset.text.replace("{n}", place.position).replace("{s}", place.wait_s);
      wait = Math.min(Math.max(place.wait_s * 300, SHORTEST_MS), LONGEST_MS);
    }
  } catch {
    // The network is gone for a moment: the place is kept.
  }
  setTimeout(ask, wait + Math.random() * 500);
}

ask();
