package scheduler

// Service keeps schedules and runs them.
type Service struct{}
