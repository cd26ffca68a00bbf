package wire

import (
	"maps"
	"slices"
	"testing"
)

// newerThanModel are the shapes of the SDK that the generated orders do not
// know: the SDK's model is newer than botocore's. Their members are written in
// alphabetical order until the next make generate.
var newerThanModel = map[string]bool{
	"AlarmTagsPropagation":         true,
	"GetDatasetOutput":             true,
	"GetOTelEnrichmentOutput":      true,
	"GetSessionTokenResponse":      true,
	"LogAlarm":                     true,
	"OTelEnrichmentMetricSelector": true,
	"ResourceMetricsConfiguration": true,
	"ScheduleConfiguration":        true,
	"ScheduledQueryConfiguration":  true,
	"StartOTelEnrichmentOutput":    true,
	"UpdateOTelEnrichmentOutput":   true,
	"WarmUpConfiguration":          true,
}

// An order under a wrong name would have no effect and nobody would see it.
func TestOrdersKnowEveryStructure(t *testing.T) {
	t.Parallel()
	for _, service := range []string{"cloudwatch", "sns", "sqs", "sts"} {
		ops := testOperations(t, service)
		for _, name := range slices.Sorted(maps.Keys(ops)) {
			op := ops[name]
			if op.Output == nil {
				continue
			}
			sh, err := op.Service.shapeOf(op.Output, op.out)
			if err != nil {
				t.Fatal(err)
			}
			eachStructure(sh, map[*shape]bool{}, func(s *shape) {
				_, known := op.Service.MemberOrder[s.name]
				if !known && len(s.fields) > 1 && !newerThanModel[s.name] {
					t.Errorf("%s %s: no order for %s", service, name, s.name)
				}
			})
		}
	}
}

// eachStructure visits sh and every structure within it.
func eachStructure(sh *shape, seen map[*shape]bool, visit func(*shape)) {
	if seen[sh] {
		return
	}
	seen[sh] = true
	if sh.kind == kindStruct {
		visit(sh)
	}
	for _, f := range sh.fields {
		eachStructure(f.shape, seen, visit)
	}
	if sh.elem != nil {
		eachStructure(sh.elem.shape, seen, visit)
	}
}
