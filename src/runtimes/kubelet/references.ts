// Image references that do not parse, as distribution/reference words it for every runtime.

import { head, leaf } from "../sentence.js";

const invalid = { says: "invalid-reference" as const, stage: "reference" as const };

export const references = [
  head({
    id: "kubelet.default-tag",
    starts: 'Failed to apply default image tag "{qimage}": couldn\'t parse image name "{quoted}": ',
    ...invalid,
    decides: true,
  }),
  head({
    id: "kubelet.default-tag.old",
    starts: 'Failed to apply default image tag "{qimage}": couldn\'t parse image reference "{quoted}": ',
    ...invalid,
    decides: true,
  }),
  head({
    id: "kubelet.default-tag.other",
    starts: 'Failed to apply default image tag "{qimage}": ',
    ...invalid,
    decides: true,
  }),
  head({
    id: "kubelet.parse-reference",
    starts: "{couldn't parse image reference|couldn't parse image name} \"{qimage}\": ",
    ...invalid,
    decides: true,
  }),
  leaf({
    id: "ref.lower",
    whole: "invalid reference format: repository name ({any}) must be lowercase",
    ...invalid,
    by: "reference",
  }),
  leaf({
    id: "ref.lower.old",
    whole: "{invalid reference format: |}repository name must be lowercase",
    ...invalid,
    by: "reference",
  }),
  leaf({
    id: "ref.format",
    whole: "{invalid reference format|Invalid reference format}",
    ...invalid,
    by: "reference",
  }),
  leaf({ id: "ref.format.other", whole: "invalid reference format: {any}", ...invalid, by: "reference" }),
  leaf({
    id: "ref.parse",
    whole: 'error parsing reference: "{quoted}" is not a valid repository/tag{any}',
    ...invalid,
    by: "reference",
  }),
  leaf({
    id: "ref.docker",
    whole: '"{quoted}" is not a valid repository/tag{any}',
    ...invalid,
    by: "reference",
  }),
  leaf({ id: "ref.digest-length", whole: "invalid checksum digest length", ...invalid, by: "reference" }),
  leaf({ id: "ref.digest-format", whole: "invalid checksum digest format", ...invalid, by: "reference" }),
  leaf({ id: "ref.digest-alg", whole: "unsupported digest algorithm", ...invalid, by: "reference" }),
  leaf({
    id: "ref.hex64",
    whole: "invalid repository name ({any}), cannot specify 64-byte hexadecimal strings",
    ...invalid,
    by: "reference",
  }),
  leaf({
    id: "ref.length",
    whole: "repository name must not be more than 255 characters",
    ...invalid,
    by: "reference",
  }),
  leaf({ id: "ref.canonical", whole: "repository name must be canonical", ...invalid, by: "reference" }),
  leaf({
    id: "ref.empty",
    whole: "repository name must have at least one component",
    ...invalid,
    by: "reference",
  }),
  leaf({
    id: "ref.scheme",
    whole: "{must not have leading or trailing whitespace|Invalid image reference{any}}",
    ...invalid,
    by: "api-server",
    pull: "usually" as const,
  }),
];
