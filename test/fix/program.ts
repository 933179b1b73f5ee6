// The program as a process of its own, for tests that end it the hard way.

import { main } from "../../src/cli/main.js";

await main();
