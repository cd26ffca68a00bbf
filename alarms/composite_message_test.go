package alarms

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"skywatch/catalog"
	"skywatch/event"
)

// What a topic, a function and a bus are told of a composite alarm, byte for byte
// (cloudwatch.md 14.2 to 14.4, spec/sample-events).
func TestCompositeMessages(t *testing.T) {
	t.Parallel()
	r := compositeRig{newMuteRig(t, vfs.NewCrashableMem(), at(0))}
	for _, name := range []string{"child", "deploy"} {
		put(t, r.service, at(0), func(p *Put) { p.Name, p.AlarmActions = name, nil })
	}
	const function, item = "arn:aws:lambda:us-east-1:123456789012:function:f", "arn:aws:ssm:us-east-1:123456789012:opsitem:3#CATEGORY=Security"
	r.must(r.service.PutComposite(t.Context(), tenant, &PutComposite{
		Name: "site", Description: new("is it up?"), AlarmActions: []string{topic, function, item, "arn:aws:ssm-incidents::123456789012:response-plan/p"},
		Composite: Composite{Rule: "ALARM(child)", Suppressor: "deploy", Wait: new(2), Extension: new(0)},
	}, at(0)))
	r.until(at(10))
	r.must(r.service.SetState(t.Context(), Key{tenant, "child"}, Alarming, "by hand", "", at(10)))
	r.until(at(12))

	const arn = `arn:aws:cloudwatch:us-east-1:123456789012:alarm:`
	const reason = arn + `child transitioned to ALARM at Sunday 22 November, 2026 12:00:10 UTC`
	const data = `"reasonData":"{\"triggeringAlarms\":[{\"arn\":\"` + arn + `child\",\"state\":{\"value\":\"ALARM\",\"timestamp\":\"2026-11-22T12:00:10.000+0000\"}}]}"`
	const before = `"previousState":{"value":"OK","reason":"` + arn + `site was created and its alarm rule evaluates to OK","reasonData":"{\"triggeringAlarms\":[{\"arn\":\"` + arn +
		`child\",\"state\":{\"value\":\"INSUFFICIENT_DATA\",\"timestamp\":\"2026-11-22T12:00:00.000+0000\"}}]}","timestamp":"2026-11-22T12:00:02.000+0000"}`
	const definition = `"alarmRule":"ALARM(child)","actionsSuppressor":"deploy","actionsSuppressorWaitPeriod":2,"actionsSuppressorExtensionPeriod":0`
	const configuration = `"configuration":{"description":"is it up?",` + definition + `}`
	const held = `"actionsSuppressedBy":"WaitPeriod","actionsSuppressedReason":"Actions suppressed by WaitPeriod"`
	want := map[string]string{
		topic: `{"AlarmName":"site","AlarmDescription":"is it up?","AWSAccountId":"123456789012","NewStateValue":"ALARM","NewStateReason":"` + reason +
			`","StateChangeTime":"2026-11-22T12:00:10.000+0000","Region":"US East (N. Virginia)","AlarmArn":"` + arn + `site","OldStateValue":"OK","ActionExecutedAfterMuteWindow":false,` +
			`"OKActions":[],"AlarmActions":["` + topic + `","` + function + `","` + item + `","arn:aws:ssm-incidents::123456789012:response-plan/p"],"InsufficientDataActions":[],` +
			`"AlarmRule":"ALARM(child)","TriggeringChildren":[{"Arn":"` + arn + `child","State":{"Value":"ALARM","Timestamp":"2026-11-22T12:00:10.000+0000"}}]}`,
		function: `{"source":"aws.cloudwatch","alarmArn":"` + arn + `site","accountId":"123456789012","time":"2026-11-22T12:00:10.000+0000","region":"us-east-1","alarmData":{"alarmName":"site",` +
			`"state":{"value":"ALARM","reason":"` + reason + `",` + data + `,"timestamp":"2026-11-22T12:00:12.000+0000"},` + before + `,` + configuration + `}}`,
		"change": `{"alarmName":"site","state":{"value":"ALARM","reason":"` + reason + `",` + data + `,"timestamp":"2026-11-22T12:00:10.000+0000",` + held + `},` + before + `,` + configuration + `}`,
		"release": `{"alarmName":"site","state":{"value":"ALARM","reason":"` + reason + `",` + data + `,"timestamp":"2026-11-22T12:00:12.000+0000"},"previousState":{"value":"ALARM","reason":"` + reason +
			`",` + data + `,"timestamp":"2026-11-22T12:00:10.000+0000",` + held + `},` + configuration + `}`,
		"definition": `{"alarmName":"site","operation":"create","state":{"value":"INSUFFICIENT_DATA","timestamp":"2026-11-22T12:00:00.000+0000"},"configuration":{"alarmName":"site","description":"is it up?",` + definition +
			`,"actionsEnabled":true,"okActions":[],"alarmActions":["` + topic + `","` + function + `","` + item + `","arn:aws:ssm-incidents::123456789012:response-plan/p"],` +
			`"insufficientDataActions":[],"timestamp":"2026-11-22T12:00:00.000+0000"}}`,
	}
	got := map[string]string{}
	for _, d := range deliveries(t, r.db) {
		if _, ok := want[d.Target]; ok {
			got[d.Target] = d.Message
		}
		if d.Target == topic && d.Subject != `ALARM: "site" in US East (N. Virginia)` {
			t.Errorf("subject %s", d.Subject)
		}
	}
	for _, e := range eventsOf(r, "site") {
		switch at := e.Time.Sub(at(0)).Seconds(); {
		case e.DetailType == "CloudWatch Alarm Configuration Change":
			got["definition"] = string(e.Detail)
		case at == 10:
			got["change"] = string(e.Detail)
		case at == 12:
			got["release"] = string(e.Detail)
		}
	}
	if diff := cmp.Diff(fields(t, want), fields(t, got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for what, text := range want {
		if order(text) != order(got[what]) {
			t.Errorf("%s: other order of fields\n%s\n%s", what, got[what], text)
		}
	}
}

func eventsOf(r compositeRig, name string) (all []event.Event) {
	r.must(r.db.View(func(v catalog.Reader) error {
		return kept.Scan(v, catalog.Range{}, func(_ []string, e event.Event) (bool, error) {
			if slices.Equal(e.Resources, []string{Key{tenant, name}.ARN()}) {
				all = append(all, e)
			}
			return true, nil
		})
	}))
	return all
}

// fields are JSON texts as values, which are easier to compare.
func fields(t *testing.T, texts map[string]string) map[string]any {
	t.Helper()
	all := map[string]any{}
	for what, text := range texts {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		all[what] = v
	}
	return all
}

// order is the names of a JSON text's fields as they come.
func order(text string) string {
	var names []string
	for part := range strings.SplitSeq(text, `":`) {
		names = append(names, part[strings.LastIndexByte(part, '"')+1:])
	}
	return strings.Join(names, " ")
}

// The mail that the history shows is laid out as recorded of an alarm that was set
// by hand; of triggering children ten are shown.
func TestCompositeMail(t *testing.T) {
	t.Parallel()
	a := &Alarm{
		Key: Key{tenant, "some alarm"}, Definition: Definition{Description: new("Test"), AlarmActions: []string{topic}, Composite: &Composite{Rule: "ALARM(a) OR ALARM(b)"}},
		Status: Status{Value: Alarming, Reason: "forced", Transitioned: 1667756633496},
	}
	text, err := variants(encode(notify(a, OK)))
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ SMS, Email string }
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	const want = `You are receiving this email because your Amazon CloudWatch Alarm "some alarm" in the US East (N. Virginia) region has transitioned to ALARM state on Sunday 06 November, 2022 17:43:53 UTC, because "forced".

View this alarm in the AWS Management Console:
https://us-east-1.console.aws.amazon.com/cloudwatch/deeplink.js?region=us-east-1#alarmsV2:alarm/some%20alarm

Alarm Details:
- Name:                       some alarm
- Description:                Test
- State Change:               OK -> ALARM
- Alarm Rule:                 ALARM(a) OR ALARM(b)
- Reason for State Change:    forced
- Timestamp:                  Sunday 06 November, 2022 17:43:53 UTC
- AWS Account:                123456789012
- Alarm Arn:                  arn:aws:cloudwatch:us-east-1:123456789012:alarm:some alarm

Triggering children (max. 10):

State Change Actions:
- OK: 
- ALARM: [` + topic + `]
- INSUFFICIENT_DATA: 
`
	if diff := cmp.Diff(want, got.Email); diff != "" {
		t.Errorf("mail (-want +got)\n%s", diff)
	}
	if got.SMS != `ALARM: "some alarm" in US East (N. Virginia)` {
		t.Error(got.SMS)
	}
	var many triggers
	for range 12 {
		many.Alarms = append(many.Alarms, triggering{"arn:x", triggeringState{Value: Alarming, Timestamp: 1667756633496}})
	}
	a.ReasonData = encode(many)
	n := notify(a, OK)
	if shown := strings.Count(n.email(), "- arn:x   ALARM               Sunday 6 November, 2022 17:43:53 UTC\n"); shown != 10 || len(*n.TriggeringChildren) != 12 {
		t.Errorf("%d of %d children shown", shown, len(*n.TriggeringChildren))
	}
}
