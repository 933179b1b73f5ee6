// What only another person or team can do: nothing is changed, and what they need to know is said.

import { defineFix } from "../define.js";

export default defineFix({
  id: "tell",
  title: "hand it over to whoever can change it",
  effect: "none",
  needs: {},
  rights: [],
  plan: ({ finding }) =>
    Promise.resolve({
      changes: [],
      images: [],
      notes: [],
      words: finding.remedies.map(({ what }) => what),
    }),
});
