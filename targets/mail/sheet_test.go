package mail_test

import (
	"strings"
	"testing"

	"skywatch/targets/mail"
	"skywatch/targets/mail/mailtest"
)

// A sheet is the same in both forms, and nothing in it is markup or a header.
func TestSheet(t *testing.T) {
	t.Parallel()
	relay := mailtest.Start(t, mailtest.Options{})
	s := newSender(t, mail.Options{Relay: relay.Addr, From: "sky@sky.example", TLS: mail.Plain})
	m := mail.Message{
		ID: "id", To: "a@b.example", Subject: "s",
		Sheet: &mail.Sheet{
			Title: `"<b>cpu</b>"`, State: mail.Alarm, Lead: "It <i>went</i> up.", Words: "why: a > b\nand <script>",
			Sections: []mail.Section{
				{Title: "One & two", Rows: []mail.Row{{Name: "Name", Value: "<b>cpu</b>"}, {Name: "Zeit", Value: "zwölf"}}},
				{Title: "Empty"},
			},
		},
		Footer: "No more?", Link: "http://127.0.0.1:4582/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:r:1:t:x", Says: "Unsubscribe", Leave: true,
	}
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := <-relay.Mails
	const text = "It <i>went</i> up.\n\nwhy: a > b\nand <script>\n\nOne & two\n- Name: <b>cpu</b>\n- Zeit: zwölf\n\nEmpty\n\n\n--\nNo more?\n" +
		"http://127.0.0.1:4582/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:r:1:t:x\n"
	if got.Text != text {
		t.Errorf("text\n%q\nwant\n%q", got.Text, text)
	}
	for _, want := range []string{
		"border-top: 6px solid #b3261e", ">ALARM</span> <b>&#34;&lt;b&gt;cpu&lt;/b&gt;&#34;</b>", "It &lt;i&gt;went&lt;/i&gt; up.", "why: a &gt; b\nand &lt;script&gt;",
		"One &amp; two</h3>", `>Zeit</th><td style="white-space: pre-wrap">zwölf</td>`, ">No more?</p>",
		`<a href="http://127.0.0.1:4582/?Action=Unsubscribe&amp;SubscriptionArn=arn:aws:sns:r:1:t:x">Unsubscribe</a>`,
	} {
		if !strings.Contains(got.HTML, want) {
			t.Errorf("no %s in\n%s", want, got.HTML)
		}
	}
	if h := got.Header.Get("List-Unsubscribe"); h != "<http://127.0.0.1:4582/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:r:1:t:x>" {
		t.Errorf("List-Unsubscribe %q", h)
	}
	for state, colour := range map[mail.State]string{mail.OK: "#1b7f37", mail.InsufficientData: "#6b6b6b", "}": "#6b6b6b"} {
		m.Sheet.State, m.Link = state, "javascript:alert(1)"
		if err := s.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if got := <-relay.Mails; !strings.Contains(got.HTML, "solid "+colour) || got.Header.Get("List-Unsubscribe") != "" || strings.Contains(got.HTML, "javascript:") {
			t.Errorf("%s: %s", state, got.HTML)
		}
	}
}
