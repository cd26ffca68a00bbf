package tracking

import (
	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// None is Alarms where nothing keeps any: policies that own alarms are refused.
type None struct{}

// PutAlarm implements Alarms.
func (None) PutAlarm(*catalog.Tx, metric.Tenant, Alarm) error {
	return fault.New(fault.Validation, "Policies of type TargetTrackingScaling need alarms, and there are none here.").On("PolicyType")
}

// DropAlarms implements Alarms.
func (None) DropAlarms(*catalog.Tx, metric.Tenant, ...string) error { return nil }

// Alarming implements Alarms.
func (None) Alarming(catalog.Reader, metric.Tenant, string) (bool, error) { return false, nil }
