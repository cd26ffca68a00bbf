package body

import (
	"regexp"
	"time"
)

// relative are times before now: -PT8H, -P3M. Minutes and hours stand behind PT;
// days, weeks and months behind P.
var relative = regexp.MustCompile(`^-P(T\d{1,6}[MH]|\d{1,6}[DWM])$`)

// layouts of ISO 8601 that clients write; fractions of a second are read with
// them, too.
var layouts = []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"}

func absolute(s string) bool {
	for _, l := range layouts {
		if _, err := time.Parse(l, s); err == nil {
			return true
		}
	}
	return false
}

// instant takes a time of ISO 8601.
func instant() rule {
	return aText(func(c *checker, v *value, at *place) {
		if !absolute(v.text) {
			c.wrong(at, `Should match format "date-time"`)
		}
	})
}

// startTime takes a time of ISO 8601, or one before now.
func startTime() rule {
	return aText(func(c *checker, v *value, at *place) {
		if !relative.MatchString(v.text) && !absolute(v.text) { // wording (inferred)
			c.wrong(at, `Should match format "date-time", or be relative such as -PT8H or -P3M`)
		}
	})
}

// endNeedsStart: an end without a start says nothing.
func endNeedsStart(c *checker, v *value, at *place) {
	if v.get("end") != nil && v.get("start") == nil {
		c.wrong(at, "Should have property start when property end is present")
	}
}

// period takes the periods that metrics have.
func period() rule {
	whole := integer(1, maxPeriod)
	return func(c *checker, v *value, at *place) {
		before := len(c.Errors)
		whole(c, v, at)
		if len(c.Errors) > before {
			return
		}
		switch n := int(v.number); {
		case n == 1, n == 5, n == 10, n == 20, n == 30, n%60 == 0:
		default: // wording (inferred)
			c.wrong(at, "Should be 1, 5, 10, 20, 30 or a multiple of 60")
		}
	}
}

// maxPeriod is thirty days (inferred).
const maxPeriod = 30 * 24 * 60 * 60
