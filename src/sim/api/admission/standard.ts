// The admission chain of the simulated API server, in the order in which it runs.

import type { Admission } from "../admission.js";
import { managedFields } from "../managed/managed-fields.js";
import { podClasses } from "./classes.js";
import { defaults } from "./defaults.js";
import { namespaceLifecycle } from "./namespaces.js";
import { serviceAccounts } from "./service-account.js";
import { validation } from "./validate.js";

export const standardAdmission: readonly Admission[] = [
  defaults,
  namespaceLifecycle,
  serviceAccounts,
  podClasses,
  validation,
  managedFields,
];
