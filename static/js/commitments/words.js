// Amounts and days in Indonesian words, as they stand in a commitment's text; as matchmaking/money.py and commitments/texts.py.

const ONES = ["", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"];
const SCALES = [[1e12, "triliun"], [1e9, "miliar"], [1e6, "juta"], [1e3, "ribu"]];
const DAYS = ["Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"];
export const MONTHS = [
  "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember",
];

/** `sebelas juta dua ratus lima puluh ribu`, without the unit. */
export function inWords(value) {
  return words(Number(value)) || "nol";
}

function words(n) {
  if (n < 12) return ONES[n];
  if (n < 20) return `${ONES[n - 10]} belas`;
  if (n < 100) return joined(`${ONES[Math.floor(n / 10)]} puluh`, n % 10);
  if (n < 200) return joined("seratus", n - 100);
  if (n < 1000) return joined(`${ONES[Math.floor(n / 100)]} ratus`, n % 100);
  if (n < 2000) return joined("seribu", n - 1000);
  const [scale, name] = SCALES.find(([least]) => n >= least);
  return joined(`${words(Math.floor(n / scale))} ${name}`, n % scale);
}

const joined = (head, rest) => (rest ? `${head} ${words(rest)}` : head);

/** `11.250.000` */
export function dotted(value) {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ".");
}

/** `Rp11.250.000` */
export function rupiah(value) {
  return `Rp${dotted(value)}`;
}

/** `Rp11.250.000,00`, the form of official letters. */
export function officialRupiah(value) {
  return `${rupiah(value)},00`;
}

const parts = (isoDate) => isoDate.split("-").map(Number);

/** `11 Mei 2023` */
export function longDate(isoDate) {
  const [year, month, day] = parts(isoDate);
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

/** `Kamis, sebelas Mei dua ribu dua puluh tiga` */
export function dateInWords(isoDate) {
  const [year, month, day] = parts(isoDate);
  const weekday = DAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
  return `${weekday}, ${inWords(day)} ${MONTHS[month - 1]} ${inWords(year)}`;
}
