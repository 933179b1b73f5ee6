// Logs of containers in dumps: what programs in the cluster said about their own affairs, at times
// about images that they pull themselves. None of it is about the pods of the cluster.

/**
 * `pods/web/app/app/logs/current.log` of must-gather, `pods/logs/shop/web/app.log` of Troubleshoot.sh,
 * `shop/web/logs.txt` of `kubectl cluster-info dump`.
 */
export const isContainerLog = (path: string): boolean =>
  /(?:^|[/ ])pods\/(?:[^/]+\/)*logs\/.+\.log(?:\.gz)?$/.test(path) || /[^/]\/[^/]+\/logs\.txt$/.test(path);
