package alarms

import (
	"encoding/json"
	"strings"
	"testing"
)

// Messages and events carry the tags that the alarm has when its state changes,
// those that the definition names.
func TestTagsAreCarried(t *testing.T) {
	t.Parallel()
	const function = "arn:aws:lambda:us-east-1:123456789012:function:f"
	for name, c := range map[string]struct {
		carry          *TagPropagation
		message, event string // empty: without tags
	}{
		"not asked for": {nil, "", ""},
		"switched off":  {&TagPropagation{Included: []string{"team"}}, "", ""},
		"all": {
			&TagPropagation{Enabled: true},
			`"AlarmTags":[{"Key":"env","Value":"prod"},{"Key":"late","Value":"yes"},{"Key":"team","Value":"web"}],"AlarmTagsStatus":"SUCCESS"}`,
			`"alarmTags":{"env":"prod","late":"yes","team":"web"},"alarmTagsStatus":"SUCCESS"}`,
		},
		"some": {
			&TagPropagation{Enabled: true, Included: []string{"team", "none"}},
			`"AlarmTags":[{"Key":"team","Value":"web"}],"AlarmTagsStatus":"SUCCESS"}`, `"alarmTags":{"team":"web"},"alarmTagsStatus":"SUCCESS"}`,
		},
		"all but": {
			&TagPropagation{Enabled: true, Excluded: []string{"env", "late", "team"}},
			`"AlarmTags":[],"AlarmTagsStatus":"SUCCESS"}`, `"alarmTags":{},"alarmTagsStatus":"SUCCESS"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTestService(t)
			b := &bus{}
			s.opts.Events = b
			put(t, s, at(0), func(p *Put) {
				p.AlarmActions = []string{topic, function}
				p.Tags, p.TagPropagation = []Tag{{"team", "web"}, {"env", "prod"}}, c.carry
			})
			if err := s.Tag(t.Context(), tenant, (Key{tenant, "cpu"}).ARN(), []Tag{{"late", "yes"}}); err != nil {
				t.Fatal(err)
			}
			s.set(t, "cpu", Alarming, at(1))
			for _, d := range deliveries(t, s.opts.Catalog) {
				want, text := c.message, d.Message
				if d.Target == function {
					var call struct{ AlarmData json.RawMessage }
					if err := json.Unmarshal([]byte(text), &call); err != nil {
						t.Fatal(err)
					}
					want, text = c.event, string(call.AlarmData)
				}
				endsWith(t, d.Target, text, want)
			}
			endsWith(t, "event", string(b.of("CloudWatch Alarm State Change")[0].Detail), c.event)
		})
	}
}

func endsWith(t *testing.T, what, text, end string) {
	t.Helper()
	if end == "" && strings.Contains(strings.ToLower(text), "tags") || !strings.HasSuffix(text, end) {
		t.Errorf("%s: %s\nwant its end %q", what, text, end)
	}
}
