package sigv4

import (
	"fmt"
	"net/http"
	"time"

	"skywatch/internal/fault"
)

const (
	stampLayout = "20060102T150405Z"

	// skew is how far a client's clock may be off either way (cloudwatch.md
	// section 2, inferred from AWS's message).
	skew = 5 * time.Minute
)

// parseDate reads X-Amz-Date, or Date in the same form or in HTTP's. The stamp
// is the form that is signed.
func parseDate(s string) (at time.Time, stamp string, err error) {
	at, err = time.Parse(stampLayout, s)
	// Parse alone would take a fraction of a second, too.
	if err == nil && at.Format(stampLayout) == s {
		return at, s, nil
	}
	if at, err = http.ParseTime(s); err != nil {
		return at, "", fault.New(fault.IncompleteAuth,
			"Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601", clip(s))
	}
	at = at.UTC()
	return at, at.Format(stampLayout), nil
}

// checkTime judges when the request was signed, without touching a key.
func (c *claim) checkTime(now time.Time) error {
	now = now.UTC()
	if day := c.stamp[:len("yyyymmdd")]; c.Date != day {
		return fault.New(fault.BadSignature,
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.",
			clip(c.Date), day, c.stamp)
	}
	life := c.expires
	if life == 0 {
		life = skew
	}
	if earliest := now.Add(-life); c.at.Before(earliest.Truncate(time.Second)) {
		return fault.New(fault.BadSignature, "Signature expired: %s is now earlier than %s (%s - %s)",
			c.stamp, earliest.Format(stampLayout), now.Format(stampLayout), span(life))
	}
	if latest := now.Add(skew); c.at.After(latest) {
		return fault.New(fault.BadSignature, "Signature not yet current: %s is still later than %s (%s + %s)",
			c.stamp, latest.Format(stampLayout), now.Format(stampLayout), span(skew))
	}
	return nil
}

// span writes a duration as AWS's messages do: "5 min.". Seconds for what is
// no whole number of minutes are ours.
func span(d time.Duration) string {
	if d%time.Minute == 0 {
		return fmt.Sprintf("%d min.", int(d.Minutes()))
	}
	return fmt.Sprintf("%d sec.", int(d.Seconds()))
}
