package template

import (
	"skywatch/targets/notice"
)

// Limits of a card. Teams takes messages of 28 KB ("Create and send messages"); the
// others are ours, so that the words have room.
const (
	teamsMessage = 28 << 10
	teamsTitle   = 300
	teamsFields  = 12
	teamsField   = 500
	teamsText    = 8000
)

type (
	teamsEnvelope struct {
		Type        string            `json:"type"`
		Attachments []teamsAttachment `json:"attachments"`
	}
	teamsAttachment struct {
		ContentType string  `json:"contentType"`
		ContentURL  *string `json:"contentUrl"`
		Content     card    `json:"content"`
	}
	// card is an Adaptive Card. It is made of runs, which are shown as they are: in
	// a TextBlock and in a FactSet a message could hold links and markup.
	card struct {
		Schema  string      `json:"$schema"`
		Type    string      `json:"type"`
		Version string      `json:"version"`
		Body    []cardBlock `json:"body"`
		Teams   cardTeams   `json:"msteams"`
	}
	cardTeams struct {
		Width string `json:"width"`
	}
	cardBlock struct {
		Type    string    `json:"type"`
		Spacing string    `json:"spacing,omitempty"`
		Inlines []cardRun `json:"inlines"`
	}
	cardRun struct {
		Type   string `json:"type"`
		Text   string `json:"text"`
		Size   string `json:"size,omitempty"`
		Weight string `json:"weight,omitempty"`
		Color  string `json:"color,omitempty"`
		Subtle bool   `json:"isSubtle,omitempty"`
	}
)

// teams is a message for a workflow's webhook ("When a Teams webhook request is
// received"). Its words are cut until the whole fits.
func teams(n *notice.Notice) ([]byte, error) {
	for limit := teamsText; ; limit /= 2 {
		text, err := compact(teamsEnvelope{"message", []teamsAttachment{{
			ContentType: "application/vnd.microsoft.card.adaptive", Content: cardOf(n, limit),
		}}})
		if err != nil || len(text) <= teamsMessage || limit == 0 {
			return []byte(text), err
		}
	}
}

// cardOf is the card of a notice, its parts cut to limit characters.
func cardOf(n *notice.Notice, limit int) card {
	c := card{
		Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.4", Teams: cardTeams{"Full"},
	}
	add := func(spacing string, runs ...cardRun) {
		c.Body = append(c.Body, cardBlock{Type: "RichTextBlock", Spacing: spacing, Inlines: runs})
	}
	add("", cardRun{Type: "TextRun", Text: shorten(n.Title, min(limit, teamsTitle)), Size: "large", Weight: "bolder", Color: cardColor(n)})
	if text := shorten(n.Text, limit); text != "" {
		add("", cardRun{Type: "TextRun", Text: text})
	}
	spacing := "medium"
	for _, f := range n.Fields[:min(len(n.Fields), teamsFields)] {
		add(spacing, cardRun{Type: "TextRun", Text: f.Name + ": ", Weight: "bolder"}, cardRun{Type: "TextRun", Text: shorten(f.Value, min(limit, teamsField))})
		spacing = "none"
	}
	add("medium", cardRun{Type: "TextRun", Text: n.Time + " " + shorten(n.Source, min(limit, teamsField)), Size: "small", Subtle: true})
	return c
}

// cardColor is the colour of an alarm's state.
func cardColor(n *notice.Notice) string {
	switch n.Alarm.State {
	case notice.InAlarm:
		return "attention"
	case notice.InOrder:
		return "good"
	case notice.InsufficientData:
		return "warning"
	}
	return "default"
}
