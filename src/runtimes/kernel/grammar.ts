// What the node's kernel says about files and programs, as Go, runc and crun print it.

import { defineGrammar, head, leaf } from "../sentence.js";

const start = { stage: "start" as const, pull: "always" as const, also: ["content-corrupt" as const] };

export default defineGrammar({
  id: "kernel",
  by: "kernel",
  pull: "never",
  sentences: [
    leaf({
      id: "os.nospace",
      whole:
        "{no space left on device|No space left on device|not enough space on the disk|There is not enough space on the disk|there is not enough space on the disk}",
      says: "disk-full",
    }),
    leaf({ id: "os.quota", whole: "{disk quota exceeded|Disk quota exceeded}", says: "disk-full" }),
    head({ id: "os.nospace.after", starts: "no space left on device", says: "disk-full" }),
    leaf({
      id: "os.inodes",
      whole: "{too many open files|too many open files in system}",
      says: "local-file",
    }),
    leaf({ id: "os.io", whole: "{input/output error|Input/output error}", says: "local-file" }),
    leaf({ id: "os.rofs", whole: "{read-only file system|Read-only file system}", says: "local-file" }),
    leaf({
      id: "os.perm",
      whole: "{permission denied|Permission denied|Access is denied|access is denied}",
      says: "local-file",
    }),
    leaf({ id: "os.opperm", whole: "{operation not permitted|Operation not permitted}", says: "local-file" }),
    leaf({
      id: "os.opsupp",
      whole: "{operation not supported|Operation not supported|function not implemented|not supported}",
      says: "local-file",
    }),
    leaf({
      id: "os.inval",
      whole: "{invalid argument|Invalid argument}",
      says: "local-file",
      under: ["unpack", "inspect"],
    }),
    leaf({
      id: "os.file",
      whole:
        "{file exists|no such file or directory|directory not empty|not a directory|is a directory|file name too long|too many levels of symbolic links|too many links|invalid cross-device link|no such device|no such device or address|stale file handle|stale NFS file handle|structure needs cleaning|device or resource busy|text file busy|bad message|cannot allocate memory|argument list too long|value too large for defined data type|no data available|resource temporarily unavailable}",
      says: "local-file",
    }),
    leaf({
      id: "exec.format",
      whole: "{exec format error|Exec format error}",
      says: "platform-mismatch",
      ...start,
    }),
    leaf({ id: "exec.runc", whole: "exec {token}: exec format error", says: "platform-mismatch", ...start }),
    leaf({
      id: "exec.crun",
      whole: "exec container process `{token}`: Exec format error",
      says: "platform-mismatch",
      ...start,
    }),
    leaf({
      id: "exec.runc.old",
      whole: "exec user process caused: exec format error",
      says: "platform-mismatch",
      ...start,
    }),
    leaf({
      id: "exec.runc.older",
      whole: 'exec user process caused "exec format error"',
      says: "platform-mismatch",
      ...start,
    }),
    leaf({
      id: "exec.bad-cpu",
      whole:
        "{cannot execute binary file: Exec format error|bad CPU type in executable|not a valid Win32 application}",
      says: "platform-mismatch",
      ...start,
    }),
  ],
});
