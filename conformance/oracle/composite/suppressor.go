package composite

import "time"

// Phase is why the actions of a composite alarm are held (15.4).
type Phase string

// The phases; the empty one holds nothing.
const (
	None            Phase = ""
	WaitPeriod      Phase = "WaitPeriod"
	ByAlarm         Phase = "Alarm"
	ExtensionPeriod Phase = "ExtensionPeriod"
)

// Action says that the actions of a state ran.
type Action struct {
	At    time.Time
	State string
}

// Suppressor is the machine of the table in 15.4. Events are told in the order of
// time; Until lets time pass.
type Suppressor struct {
	Wait, Extension time.Duration
	State           string // of the composite
	Alarm           bool   // whether the suppressor is in ALARM

	Phase Phase
	ends  time.Time // of WaitPeriod and ExtensionPeriod
	Acted []Action
}

// Until ends the period that ends until then.
func (s *Suppressor) Until(now time.Time) {
	running := s.Phase == WaitPeriod || s.Phase == ExtensionPeriod
	if running && !s.ends.After(now) {
		s.act(s.ends)
	}
}

// act runs the actions of the current state.
func (s *Suppressor) act(at time.Time) {
	s.Phase = None
	s.Acted = append(s.Acted, Action{at, s.State})
}

// begin starts a period; one of no length acts at once.
func (s *Suppressor) begin(at time.Time, phase Phase, length time.Duration) {
	if length == 0 {
		s.act(at)
		return
	}
	s.Phase, s.ends = phase, at.Add(length)
}

// CompositeChanges tells that the composite changed to a state.
func (s *Suppressor) CompositeChanges(at time.Time, state string) {
	s.Until(at)
	s.State = state
	if s.Alarm {
		s.Phase = ByAlarm
		return
	}
	s.begin(at, WaitPeriod, s.Wait)
}

// SuppressorChanges tells that the suppressor entered or left ALARM.
func (s *Suppressor) SuppressorChanges(at time.Time, alarm bool) {
	s.Until(at)
	if alarm == s.Alarm {
		return
	}
	s.Alarm = alarm
	switch {
	case alarm && s.Phase != None:
		s.Phase = ByAlarm
	case !alarm && s.Phase == ByAlarm:
		s.begin(at, ExtensionPeriod, s.Extension)
	}
}

// Discard tells that the suppressor was replaced or removed.
func (s *Suppressor) Discard(at time.Time) {
	s.Until(at)
	s.Phase = None
}
