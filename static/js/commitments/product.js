// What a product of the catalogue puts into its row: what is empty, or came from another product, follows the one chosen.
import { dotted } from "./words.js";

/** What stands in a row's field once `chosen` is; what a person typed stays. `products`, `chosen`: {name, unit, price}. */
export function followed(key, value, products, chosen) {
  const plain = key === "price" ? value.replace(/\./g, "") : value;
  if (value && !products.some((product) => product[key] && product[key] === plain)) return value;
  const text = (chosen && chosen[key]) || "";
  return key === "price" ? dotted(text) : text;
}
