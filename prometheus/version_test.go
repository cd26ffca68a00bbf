package prometheus

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// The version that clients are told is that of the engine in go.mod: v0.315.0 is
// Prometheus 3.15.0.
func TestEngineVersion(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Version}}", "github.com/prometheus/prometheus").Output()
	if err != nil {
		t.Fatal(err)
	}
	var major, minor, patch int
	if _, err := fmt.Sscanf(strings.TrimSpace(string(out)), "v0.%1d%d.%d", &major, &minor, &patch); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	if want := fmt.Sprintf("%d.%d.%d", major, minor, patch); engineVersion != want {
		t.Errorf("%s is told, go.mod has %s", engineVersion, want)
	}
}
