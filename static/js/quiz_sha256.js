// SHA-256 of short texts, at once and not as a promise: a proof of work asks for it some ten thousand times, and
// crypto.subtle is there only behind TLS.

const K = new Uint32Array(64);
const START = new Uint32Array(8);

function fractional(root) {
  return ((root - Math.floor(root)) * 2 ** 32) >>> 0;
}

for (let prime = 2, found = 0; found < 64; prime += 1) {
  let isPrime = true;
  for (let factor = 2; factor * factor <= prime; factor += 1) if (prime % factor === 0) isPrime = false;
  if (!isPrime) continue;
  if (found < 8) START[found] = fractional(Math.sqrt(prime));
  K[found] = fractional(Math.cbrt(prime));
  found += 1;
}

const words = new Uint32Array(64);
const turned = (value, by) => (value >>> by) | (value << (32 - by));

function mix(state, block, offset) {
  for (let i = 0; i < 16; i += 1) words[i] = block.getUint32(offset + i * 4);
  for (let i = 16; i < 64; i += 1) {
    const first = turned(words[i - 15], 7) ^ turned(words[i - 15], 18) ^ (words[i - 15] >>> 3);
    const second = turned(words[i - 2], 17) ^ turned(words[i - 2], 19) ^ (words[i - 2] >>> 10);
    words[i] = words[i - 16] + first + words[i - 7] + second;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] += value; });
}

// The eight words of the hash of an ASCII text.
export function sha256(text) {
  const length = Math.ceil((text.length + 9) / 64) * 64;
  const block = new DataView(new ArrayBuffer(length));
  for (let i = 0; i < text.length; i += 1) block.setUint8(i, text.charCodeAt(i));
  block.setUint8(text.length, 0x80);
  block.setUint32(length - 4, text.length * 8);
  const state = Uint32Array.from(START);
  for (let offset = 0; offset < length; offset += 64) mix(state, block, offset);
  return state;
}
