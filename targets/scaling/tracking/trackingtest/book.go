// Package trackingtest keeps alarms of policies for tests, and says what such an
// alarm sends.
package trackingtest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
	"skywatch/targets/scaling/tracking"
)

// Book is a tracking.Alarms. The test says which of its alarms are in ALARM.
type Book struct{ In map[string]bool }

// NewBook returns a book whose alarms are not in ALARM.
func NewBook() Book { return Book{map[string]bool{}} }

var alarms = catalog.Table[tracking.Alarm]{Name: "test-tracking-alarms"}

// PutAlarm implements tracking.Alarms.
func (Book) PutAlarm(tx *catalog.Tx, _ metric.Tenant, a tracking.Alarm) error {
	return alarms.Put(tx, a, a.Name)
}

// DropAlarms implements tracking.Alarms.
func (Book) DropAlarms(tx *catalog.Tx, _ metric.Tenant, names ...string) error {
	for _, name := range names {
		if err := alarms.Delete(tx, name); err != nil {
			return err
		}
	}
	return nil
}

// Alarming implements tracking.Alarms.
func (b Book) Alarming(_ catalog.Reader, _ metric.Tenant, name string) (bool, error) {
	return b.In[name], nil
}

// uuid is how many characters of a name the UUID and the sign before it have.
const uuid = 37

// Told shows the alarms that there are, one a line, without the UUIDs of their
// names.
func Told(db *catalog.DB) (all []string, err error) {
	err = db.View(func(r catalog.Reader) error {
		return alarms.Scan(r, catalog.Range{}, func(_ []string, a tracking.Alarm) (bool, error) {
			on := fmt.Sprintf("%d expressions", len(a.Queries))
			if m := a.Metric; m != nil {
				on = fmt.Sprintf("%s of %s/%s %v %s", m.Statistic, m.Namespace, m.Name, m.Dimensions, m.Unit)
			}
			sign := "<"
			if a.High {
				sign = ">"
			}
			all = append(all, fmt.Sprintf("%s: %s %s %v, %d x %d s", a.Name[:len(a.Name)-uuid], strings.TrimSpace(on), sign, a.Threshold, a.Periods, a.Period))
			return true, nil
		})
	})
	return all, err
}

// Says is what an alarm in a state sends to a policy; the newest value is the last.
// It does not tell of when it is.
func Says(t metric.Tenant, alarm, state, policy string, values ...float64) targets.Delivery {
	return says(t, alarm, state, policy, values, map[string]any{})
}

// SaysOf is Says for one value, of a minute.
func SaysOf(minute time.Time, t metric.Tenant, alarm, policy string, value float64) targets.Delivery {
	return says(t, alarm, "ALARM", policy, []float64{value}, map[string]any{
		"period": 60, "startDate": minute.UTC().Format("2006-01-02T15:04:05.000+0000"),
	})
}

func says(t metric.Tenant, alarm, state, policy string, values []float64, reason map[string]any) targets.Delivery {
	reason["recentDatapoints"], reason["threshold"] = values, 50
	b, _ := json.Marshal(reason)
	return targets.Delivery{
		ID: alarm + state + string(b), Tenant: t, Target: policy, Parameters: b,
		Message: fmt.Sprintf(`{"AlarmName":%q,"NewStateValue":%q,"Trigger":{"EvaluationPeriods":%d,"Threshold":50}}`, alarm, state, len(values)),
	}
}
