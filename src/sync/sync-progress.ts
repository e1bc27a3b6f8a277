/** How far the loop is. */
export interface SyncProgress {
  readonly listed: boolean;
  readonly leading: boolean;
  /** What waits for objects that are not loaded yet. */
  readonly pending: number;
  /** There is a complete configuration for every gateway that is ready, or for those to come. */
  readonly compiled: boolean;
  /** A gateway that is ready took its configuration, or held it. */
  readonly acknowledged: boolean;
}
