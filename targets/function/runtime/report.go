package runtime

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// failure is what AWS answers for a function that failed.
type failure struct {
	Type    string   `json:"errorType,omitempty"`
	Message string   `json:"errorMessage"`
	Trace   []string `json:"stackTrace,omitempty"`
}

func (f failure) payload() []byte {
	b, _ := json.Marshal(f) // strings only
	return b
}

// timedOut is Lambda's answer and log line for a call over its time.
func timedOut(now time.Time, requestID string, timeout time.Duration) failure {
	return failure{Message: fmt.Sprintf("%s %s Task timed out after %.2f seconds", now.UTC().Format("2006-01-02T15:04:05.000Z"), requestID, timeout.Seconds())}
}

// exited is Lambda's answer for a runtime that ended during a call.
func exited(requestID string, state *os.ProcessState) failure {
	return failure{Type: "Runtime.ExitError", Message: fmt.Sprintf("RequestId: %s Error: %s", requestID, howExited(state))}
}

func howExited(state *os.ProcessState) string {
	status, _ := state.Sys().(syscall.WaitStatus)
	switch {
	case status.Signaled():
		return "Runtime exited with error: signal: " + status.Signal().String()
	case status.ExitStatus() == 0:
		return "Runtime exited without providing a reason"
	}
	return fmt.Sprintf("Runtime exited with error: exit status %d", status.ExitStatus())
}

func startLine(requestID, version string) string {
	return fmt.Sprintf("START RequestId: %s Version: %s", requestID, version)
}

// endLines are what Lambda prints after a call.
func endLines(requestID string, memory int, r Result, status string) []string {
	var b strings.Builder
	fmt.Fprintf(&b, "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB\tMax Memory Used: %d MB\t",
		requestID, milliseconds(r.Duration), r.Billed.Milliseconds(), memory, r.MaxMemory)
	if r.Init > 0 {
		fmt.Fprintf(&b, "Init Duration: %.2f ms\t", milliseconds(r.Init))
	}
	if status != "" {
		fmt.Fprintf(&b, "Status: %s", status)
	}
	return []string{"END RequestId: " + requestID, b.String()}
}

// initLine is what Lambda prints after a start that failed; status holds the
// kind of error.
func initLine(d time.Duration, status string) string {
	return fmt.Sprintf("INIT_REPORT Init Duration: %.2f ms\tPhase: init\tStatus: %s", milliseconds(d), status)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// billed rounds up to whole milliseconds (Lambda pricing).
func billed(d time.Duration) time.Duration {
	return (d + time.Millisecond - 1).Truncate(time.Millisecond)
}
