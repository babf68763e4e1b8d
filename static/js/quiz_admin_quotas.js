/** The form of a contest: how many questions a row of the quotas may be filled from, while it is being chosen. */

const table = document.querySelector("[data-strata]");
const strata = table ? [...table.querySelectorAll("[data-count]")].map((row) => row.dataset) : [];

/** Questions that fit what a row asks for; empty means any. */
function available(topic, difficulty, kind) {
  return strata
    .filter((one) => (!topic || one.topic === topic) && (!difficulty || one.difficulty === difficulty))
    .filter((one) => !kind || one.kind === kind)
    .reduce((sum, one) => sum + Number(one.count), 0);
}

for (const row of document.querySelectorAll("[data-quota]")) {
  const [topic, difficulty, kind] = row.querySelectorAll("select");
  const output = row.querySelector("[data-available]");
  const show = () => {
    output.textContent = String(available(topic.value, difficulty.value, kind.value));
  };
  row.addEventListener("change", show);
  show();
}
