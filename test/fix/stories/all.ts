// Every round trip. docs/fixes.md marks the causes and fixes that have one.

import { credentialStories } from "./credentials.js";
import { imageStories } from "./images.js";
import type { Story } from "./story.js";

export const stories: readonly Story[] = [...imageStories, ...credentialStories];
