package trial

import (
	"fmt"
	"slices"
	"time"

	"skywatch/conformance/oracle/mute"
)

// MuteRule is a random mute rule; zero dates are absent.
type MuteRule struct {
	Expression, Duration, Zone string
	StartDate, ExpireDate      time.Time
	Rule                       mute.Rule
}

// MuteRule makes a rule with windows in the hours after start, none of them
// contested.
func (g *Generator) MuteRule(start time.Time, hours int) MuteRule {
	for {
		r := g.muteRule(start, hours)
		if !r.Rule.Contested(start, start.Add(time.Duration(hours)*time.Hour)) {
			return r
		}
	}
}

func (g *Generator) muteRule(start time.Time, hours int) MuteRule {
	r := MuteRule{
		Duration: one(g, "PT1M", "PT5M", "PT12M", "PT40M", "PT1H", "PT1H30M", "P1D"),
		Zone:     one(g, "", "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"),
	}
	moment := func() time.Time {
		return start.Add(time.Duration(g.IntN(hours*60)) * time.Minute).Truncate(time.Minute)
	}
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		panic(err) // a zone of the list above
	}
	local := moment().In(zone)
	r.Expression = "at(" + local.Format("2006-01-02T15:04") + ")"
	if g.chance(70) {
		r.Expression = g.cron(local)
	}
	if g.chance(20) {
		r.StartDate = moment().Add(-time.Hour)
	}
	if g.chance(20) && r.StartDate.IsZero() { // one after the other is for the tests of the API
		r.ExpireDate = moment().Add(time.Hour)
	}
	if r.Rule, err = mute.Parse(r.Expression, r.Duration, r.Zone); err != nil {
		panic(err)
	}
	r.Rule.StartDate, r.Rule.Expires = r.StartDate, r.ExpireDate
	return r
}

// cron is an expression that names the moment, and others.
func (g *Generator) cron(at time.Time) string {
	minutes := []int{at.Minute(), g.IntN(60)}
	slices.Sort(minutes)
	minute := one(g, fmt.Sprint(at.Minute()), fmt.Sprintf("%d,%d", minutes[0], minutes[1]))
	hour := one(g, "*", fmt.Sprint(at.Hour()), fmt.Sprintf("%d-23", at.Hour()))
	day, month, weekday := "*", "*", "*"
	switch g.IntN(4) {
	case 0:
		day = fmt.Sprint(at.Day())
	case 1:
		weekday = one(g, []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}[at.Weekday()], fmt.Sprintf("0-%d", at.Weekday()))
	}
	if g.chance(30) {
		month = one(g, fmt.Sprint(int(at.Month())), fmt.Sprintf("JAN-%d", at.Month()))
	}
	return fmt.Sprintf("cron(%s %s %s %s %s)", minute, hour, day, month, weekday)
}
