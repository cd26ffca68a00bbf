package schedule_test

import (
	"encoding/binary"
	"testing"
	"time"

	"skywatch/schedule"
)

// TestClocksChangedTwice has a zone whose clocks are put back by an hour at
// 02:00 and change their name ten minutes later: the hour still runs once.
func TestClocksChangedTwice(t *testing.T) {
	t.Parallel()
	back := time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC)
	zone := twoChanges(t, back, back.Add(10*time.Minute))
	e, err := schedule.Parse("cron(0/5 * * * ? *)", schedule.Scheduler)
	if err != nil {
		t.Fatal(err)
	}
	for _, after := range []time.Duration{-5 * time.Minute, 0, 20 * time.Minute, 59 * time.Minute} {
		want := back.Add(time.Hour)
		if got, ok := e.In(zone).Next(back.Add(after)); !ok || !got.Equal(want) {
			t.Errorf("%v after the change: got %v, want %v", after, got, want)
		}
	}
}

// twoChanges makes a zone, as an RFC 9636 file of version 1: an hour ahead of
// UTC until the first instant, then on UTC under two names.
func twoChanges(t *testing.T, first, second time.Time) *time.Location {
	t.Helper()
	file := append([]byte("TZif"), make([]byte, 16)...)
	for _, count := range []uint32{0, 0, 0, 2, 3, 12} { // transitions, types, characters
		file = binary.BigEndian.AppendUint32(file, count)
	}
	file = binary.BigEndian.AppendUint32(file, uint32(first.Unix()))
	file = binary.BigEndian.AppendUint32(file, uint32(second.Unix()))
	file = append(file, 1, 2) // the type that each transition begins
	for i, offset := range []uint32{3600, 0, 0} {
		file = binary.BigEndian.AppendUint32(file, offset)
		file = append(file, 0, byte(4*i))
	}
	file = append(file, "ONE\x00TWO\x00TRE\x00"...)
	zone, err := time.LoadLocationFromTZData("test", file)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
