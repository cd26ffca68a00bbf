// Package scheduler is EventBridge Scheduler: groups of schedules, each with
// one target that is sent its input at planned times.
package scheduler
