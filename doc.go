// Package skywatch is the front page of the Skywatch module: CloudWatch's
// metrics, alarms and events as one Go binary. It holds no code; arch_test.go
// beside it holds the house rules of ARCHITECTURE.md as tests.
package skywatch
