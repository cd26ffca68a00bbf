package schedule

import (
	"testing"
	"time"
)

// Scheduled actions have the five fields without a function around them.
func TestUnix(t *testing.T) {
	t.Parallel()
	e, err := Parse("*/20 8-9 * * SUN,1", Unix)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) // a Wednesday
	for _, want := range []string{"29 08:00", "29 08:20", "29 08:40", "29 09:00", "29 09:20", "29 09:40", "30 08:00"} {
		var ok bool
		if at, ok = e.Next(at); !ok || at.Format("02 15:04") != want {
			t.Errorf("%v, want %s", at, want)
		}
	}
	for _, text := range []string{"", "cron(0 9 * * *)", "0 9 * *", "0 9 * * * *", "60 9 * * *", "0 9 ? * *"} {
		if _, err := Parse(text, Unix); err == nil {
			t.Errorf("%q was taken", text)
		} else if want := "Given recurrence string: " + text + " is invalid"; err.Error()[:len(want)] != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}
