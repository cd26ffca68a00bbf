package alarm

import (
	"testing"
	"time"

	"skywatch/conformance/oracle"
)

var tenant = oracle.Tenant{Account: "1", Region: "eu-west-1"}

// puts gives the model values at times after noon.
func puts(t *testing.T, m *oracle.Model, unit string, resolution int, values map[time.Duration]float64) {
	t.Helper()
	for at, v := range values {
		stamp := noon.Add(at)
		datum := oracle.Datum{MetricName: "m", Timestamp: &stamp, Value: &v, Unit: unit, StorageResolution: &resolution}
		if errs := m.PutMetricData(noon, tenant, oracle.PutMetricDataInput{Namespace: "ns", MetricData: []oracle.Datum{datum}}); len(errs) > 0 {
			t.Fatal(errs)
		}
	}
}

func on(d Definition) Definition {
	d.Metric = oracle.Metric{Namespace: "ns", MetricName: "m"}
	return d
}

// TestWindowSlides is the example of 12.1: a 5-minute alarm looks at minute 6 at
// minutes 2 to 6 (the sixth minute ends at 12:06).
func TestWindowSlides(t *testing.T) {
	t.Parallel()
	m := oracle.New()
	puts(t, m, "", 60, map[time.Duration]float64{time.Minute: 5})
	d := on(above(1, nil, NotBreaching))
	d.Period, d.Statistic = 300, "Sum"
	got := ""
	for _, v := range Backtest(d, Remember(From(m, tenant, d)), noon.Add(time.Minute), noon.Add(20*time.Minute), OK) {
		got += string(v.State)[:1]
	}
	// The range of three slots keeps the lone point, the newest real one.
	if want := "OAAAAAAAAAAAAAAAOOOO"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestUnits is 12.4.
func TestUnits(t *testing.T) {
	t.Parallel()
	m := oracle.New()
	puts(t, m, "Seconds", 1, map[time.Duration]float64{time.Second: 9})
	puts(t, m, "Count", 1, map[time.Duration]float64{2 * time.Second: 0})
	for unit, want := range map[string]State{"": OK, "Seconds": Alarm, "Count": OK, "Bytes": InsufficientData} {
		d := on(above(1, nil, ""))
		d.Period, d.Unit = 10, unit
		if v := Evaluate(d, From(m, tenant, d), noon.Add(10*time.Second), InsufficientData); v.State != want {
			t.Errorf("unit %q: %s, want %s", unit, v.State, want)
		}
	}
}

// TestTransitions walks through a breach and the silence after it.
func TestTransitions(t *testing.T) {
	t.Parallel()
	m := oracle.New()
	puts(t, m, "", 60, map[time.Duration]float64{0: 0, time.Minute: 2, 2 * time.Minute: 2, 3 * time.Minute: 0})
	d := on(above(2, nil, ""))
	all := Transitions(Backtest(d, From(m, tenant, d), noon, noon.Add(10*time.Minute), InsufficientData))
	want := []struct {
		minute int
		state  State
		reason string
	}{
		{1, OK, "Threshold Crossed: 1 datapoint [0.0 (22/11/26 12:00:00)] was not greater than the threshold (1.0)."},
		{3, Alarm, "Threshold Crossed: 2 datapoints [2.0 (22/11/26 12:02:00), 2.0 (22/11/26 12:01:00)] were greater than the threshold (1.0)."},
		{4, OK, "Threshold Crossed: 1 datapoint [0.0 (22/11/26 12:03:00)] was not greater than the threshold (1.0)."},
		{8, InsufficientData, "Insufficient Data: 2 datapoints were unknown."},
	}
	if len(all) != len(want) {
		t.Fatalf("%d transitions, want %d", len(all), len(want))
	}
	for i, w := range want {
		v := all[i]
		if !v.At.Equal(noon.Add(time.Duration(w.minute)*time.Minute)) || v.State != w.state || v.Reasons()[0] != w.reason {
			t.Errorf("%s %s: %q, want %+v", v.At, v.State, v.Reasons(), w)
		}
	}
}
