// Shows how far a job is while it runs, and the whole page once it has ended.

const INTERVAL = 2000;

function show(panel, job) {
  const words = panel.querySelector("[data-job-words]");
  if (words.textContent !== job.words) words.textContent = job.words;
  panel.querySelectorAll("[data-job-progress]").forEach((bar) => { bar.value = job.progress; });
  panel.querySelectorAll("[data-job-percent]").forEach((text) => { text.textContent = `${Math.round(job.progress * 100)}%`; });
  panel.querySelectorAll("[data-job-note]").forEach((text) => { text.textContent = job.note; });
}

async function follow(panel) {
  try {
    const answer = await fetch(panel.dataset.job, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    const job = await answer.json();
    if (job.ended) {
      location.reload();
      return;
    }
    show(panel, job);
  } catch {
    // The next turn asks again.
  }
  setTimeout(() => follow(panel), INTERVAL);
}

document.querySelectorAll("[data-job-refresh]").forEach((link) => { link.hidden = true; });
document.querySelectorAll("[data-job]").forEach((panel) => setTimeout(() => follow(panel), INTERVAL));
