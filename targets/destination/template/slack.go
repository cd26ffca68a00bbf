package template

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"skywatch/targets/notice"
)

// Limits of Slack's blocks, in characters (Block Kit reference: header, section,
// context, text object).
const (
	slackHeader  = 150
	slackSection = 3000
	slackField   = 2000
	slackFields  = 10
	slackContext = 2000
	// slackText is what the text of a message should have at most (reference of
	// chat.postMessage); it stands in notifications, the blocks in the channel.
	slackText = 4000
)

type (
	slackMessage struct {
		Text   string       `json:"text"`
		Blocks []slackBlock `json:"blocks"`
	}
	slackBlock struct {
		Type     string        `json:"type"`
		Text     *slackObject  `json:"text,omitempty"`
		Fields   []slackObject `json:"fields,omitempty"`
		Elements []slackObject `json:"elements,omitempty"`
	}
	slackObject struct {
		Type  string `json:"type"`
		Text  string `json:"text"`
		Emoji *bool  `json:"emoji,omitempty"`
	}
)

// slack is a message for an incoming webhook.
func slack(n *notice.Notice) ([]byte, error) {
	m := slackMessage{Text: slackEscape(n.Title, slackText)}
	header := slackPlain(slackEscape(n.Title, slackHeader-len(slackMark(n))))
	header.Text = slackMark(n) + header.Text
	*header.Emoji = true
	m.Blocks = append(m.Blocks, slackBlock{Type: "header", Text: header})
	if text := slackEscape(n.Text, slackSection); strings.TrimSpace(text) != "" {
		m.Blocks = append(m.Blocks, slackBlock{Type: "section", Text: slackPlain(text)})
	}
	var fields []slackObject
	for _, f := range n.Fields[:min(len(n.Fields), slackFields)] {
		name := "*" + slackEscape(f.Name, 100) + "*\n"
		fields = append(fields, slackObject{Type: "mrkdwn", Text: name + slackEscape(f.Value, slackField-len(name))})
	}
	if len(fields) > 0 {
		m.Blocks = append(m.Blocks, slackBlock{Type: "section", Fields: fields})
	}
	m.Blocks = append(m.Blocks, slackBlock{Type: "context", Elements: []slackObject{{
		Type: "mrkdwn",
		// The reader's own time; the fallback is for clients that cannot.
		Text: fmt.Sprintf("<!date^%d^{date_num} {time_secs}|%s> %s", n.Instant().Unix(), n.Time, slackEscape(n.Source, slackContext)),
	}}})
	text, err := compact(m)
	return []byte(text), err
}

// slackMark shows an alarm's state.
func slackMark(n *notice.Notice) string {
	switch n.Alarm.State {
	case notice.InAlarm:
		return ":red_circle: "
	case notice.InOrder:
		return ":large_green_circle: "
	case notice.InsufficientData:
		return ":white_circle: "
	}
	return ""
}

func slackPlain(text string) *slackObject {
	return &slackObject{Type: "plain_text", Text: text, Emoji: new(bool)}
}

// slackEscapes are the characters that Slack gives a meaning ("Formatting text for
// app surfaces"): without them there are no links and no mentions.
var slackEscapes = map[rune]string{'&': "&amp;", '<': "&lt;", '>': "&gt;"}

// slackEscape escapes a text and cuts it to so many characters, never within an
// escape.
func slackEscape(s string, limit int) string {
	const dots = "..."
	var b strings.Builder
	length, fits := 0, 0 // fits: the bytes that leave room for the dots
	for _, r := range strings.ToValidUTF8(s, "\ufffd") {
		piece, ok := slackEscapes[r]
		if !ok {
			piece = string(r)
		}
		if length += utf8.RuneCountInString(piece); length > limit {
			return b.String()[:fits] + dots
		}
		b.WriteString(piece)
		if length <= limit-len(dots) {
			fits = b.Len()
		}
	}
	return b.String()
}
