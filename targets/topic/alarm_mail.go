package topic

import (
	"fmt"
	"strconv"
	"strings"

	"skywatch/targets/mail"
	"skywatch/targets/notice"
)

// mailTime is how mail for people tells a time.
const mailTime = "Monday 2 January 2006, 15:04:05 UTC"

// alarmSheet is the mail about an alarm: what AWS's mails tell, in our words.
func alarmSheet(n *notice.Notice) *mail.Sheet {
	a := &n.Alarm
	at := n.Instant().Format(mailTime)
	s := &mail.Sheet{
		State: mail.State(a.State), Title: strings.TrimPrefix(n.Title, a.State+": "), Words: a.Reason,
		Lead: fmt.Sprintf(`Your alarm "%s" in the region %s went from %s to %s on %s:`, a.Name, a.Region, a.OldState, a.State, at),
	}
	add := func(title string, rows ...mail.Row) {
		part := mail.Section{Title: title}
		for _, r := range rows {
			if r.Value != "" {
				part.Rows = append(part.Rows, r)
			}
		}
		if len(part.Rows) > 0 {
			s.Sections = append(s.Sections, part)
		}
	}
	add("Alarm",
		mail.Row{Name: "Name", Value: a.Name}, mail.Row{Name: "Description", Value: a.Description},
		mail.Row{Name: "State change", Value: a.OldState + " -> " + a.State},
		mail.Row{Name: "Time", Value: at}, mail.Row{Name: "Account", Value: a.Account}, mail.Row{Name: "ARN", Value: a.ARN})
	add("Threshold",
		mail.Row{Name: "In ALARM when", Value: a.Condition()}, mail.Row{Name: "Missing data", Value: a.TreatMissingData})
	add("Metric",
		mail.Row{Name: "Namespace", Value: a.Namespace}, mail.Row{Name: "Name", Value: a.Metric}, mail.Row{Name: "Dimensions", Value: dimensionsOf(a)},
		mail.Row{Name: "Statistic", Value: a.Statistic}, mail.Row{Name: "Period", Value: seconds(a.Period)}, mail.Row{Name: "Unit", Value: a.Unit})
	return s
}

func dimensionsOf(a *notice.Alarm) string {
	var all []string
	for _, d := range a.Dimensions {
		all = append(all, d.Name+" = "+d.Value)
	}
	return strings.Join(all, ", ")
}

func seconds(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + " seconds"
}
