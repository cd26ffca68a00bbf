package schedule_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/internal/fault"
	"skywatch/schedule"
)

// cases is cron-cases.json, the conformance cases of the specification.
type cases struct {
	Cases []struct {
		ID, Expression, Timezone, Expect string
		From                             time.Time
		Next                             []time.Time
	}
}

func readCases(t testing.TB) cases {
	t.Helper()
	raw, err := os.ReadFile("testdata/cron-cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var c cases
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	if len(c.Cases) < 58 {
		t.Fatalf("%d cases, not all", len(c.Cases))
	}
	return c
}

func TestCases(t *testing.T) {
	t.Parallel()
	for _, c := range readCases(t).Cases {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			if c.Expect == "invalid" {
				if _, err := schedule.Parse(c.Expression, schedule.Rule); !fault.Is(err, fault.Validation) {
					t.Errorf("Parse(%q) = %v, want a validation fault", c.Expression, err)
				}
				if _, err := schedule.Upcoming(c.Expression, "", time.Time{}, 1); !fault.Is(err, fault.Validation) {
					t.Errorf("Upcoming(%q) = %v, want a validation fault", c.Expression, err)
				}
				return
			}
			got, err := schedule.Upcoming(c.Expression, c.Timezone, c.From, 3)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.Next, got); diff != "" {
				t.Errorf("Upcoming(%q) (-want +got):\n%s", c.Expression, diff)
			}
			e := parseIn(t, c.Expression, schedule.Rule, c.Timezone)
			after := c.From
			for _, want := range c.Next {
				next, ok := e.Next(after)
				if !ok || !next.Equal(want) {
					t.Errorf("Next(%v) = %v, %v; want %v", after, next, ok, want)
				}
				after = next
			}
		})
	}
}

// parseIn parses an expression for a zone, both right.
func parseIn(t testing.TB, text string, dialect schedule.Dialect, timezone string) schedule.Expression {
	t.Helper()
	e, err := schedule.Parse(text, dialect)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	zone, err := schedule.Zone(timezone)
	if err != nil {
		t.Fatal(err)
	}
	return e.In(zone)
}
