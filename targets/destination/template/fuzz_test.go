package template_test

import (
	"testing"
	"time"

	"skywatch/targets/destination/template"
	"skywatch/targets/notice"
)

// Whatever is delivered, the ready templates make what their receivers document.
func FuzzReady(f *testing.F) {
	for _, m := range []notice.Message{alarm("a", "ALARM", "r"), alarmEvent("a", "OK", "r"), order, inTopic(words), words} {
		f.Add(m.Cause, m.Subject, m.Body)
	}
	f.Add("", "", "")
	f.Add("x", " \r\n", "\xff<!here>\x00")
	f.Add("", "", `{"Type":"Notification","TopicArn":"t","Message":"<"}`)
	compile := func(s template.Spec) *template.Template {
		made, err := template.Compile(s)
		if err != nil {
			f.Fatal(err)
		}
		return made
	}
	slack, teams := compile(template.Spec{Kind: template.Slack}), compile(template.Spec{Kind: template.Teams})
	pager := compile(template.Spec{Kind: template.PagerDuty, RoutingKey: key})
	f.Fuzz(func(t *testing.T, cause, subject, body string) {
		n := notice.Read(notice.Message{ID: "d", Cause: cause, Subject: subject, Body: body, At: time.Unix(0, 0)})
		body = do(t, slack, &n)
		checkSlack(t, body)
		checkTeams(t, do(t, teams, &n))
		checkPager(t, do(t, pager, &n))
	})
}

// Whatever somebody gives for a template, it compiles or is refused, and ends.
func FuzzOwn(f *testing.F) {
	f.Add(`{{range .Fields}}{{.Name}}{{end}}`)
	f.Add(`{{define "x"}}{{template "x"}}{{end}}{{template "x"}}`)
	f.Add(`{{block "b" .Alarm}}{{.Name | printf "%q" | json}}{{end}}`)
	f.Add(`{{with $x := print .}}{{range $i, $e := $x}}{{break}}{{end}}{{end}}`)
	f.Fuzz(func(t *testing.T, body string) {
		made, err := template.Compile(template.Spec{Kind: template.Text, Body: body})
		if err != nil {
			return
		}
		n := notice.Read(order)
		_, _ = made.Render(&n)
	})
}

func do(t *testing.T, made *template.Template, n *notice.Notice) string {
	t.Helper()
	body, err := made.Render(n)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
