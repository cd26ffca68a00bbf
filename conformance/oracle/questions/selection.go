package questions

import (
	"strconv"
	"strings"
)

// selection writes a Metrics Insights query.
func (p *plan) selection() string {
	m := one(p.Generator, p.metrics...)
	if m.MetricName == mixed {
		m.MetricName = "Latency"
	}
	text := p.word("SELECT ") + p.function() + "(" + identifier(m.MetricName) + ")" + p.word(" FROM ")
	if p.chance(40) {
		parts := []string{identifier(m.Namespace)}
		for _, d := range m.Dimensions {
			parts = append(parts, identifier(d.Name))
		}
		p.Shuffle(len(parts)-1, func(i, j int) { parts[i+1], parts[j+1] = parts[j+1], parts[i+1] })
		text += p.word("SCHEMA") + "(" + strings.Join(parts, ", ") + ")"
	} else {
		text += identifier(m.Namespace)
	}
	if p.chance(50) {
		text += p.word(" WHERE ") + p.comparison()
		for p.chance(35) {
			text += p.word(" AND ") + p.comparison()
		}
	}
	if p.chance(60) {
		text += p.word(" GROUP BY ") + p.column()
		if p.chance(30) {
			text += ", " + p.column()
		}
	}
	if p.chance(40) {
		text += p.word(" ORDER BY ") + p.function() + "()" + one(p.Generator, "", " ASC", " DESC", " desc")
	}
	if p.chance(30) {
		text += p.word(" LIMIT ") + strconv.Itoa(1+p.IntN(4))
	}
	if p.slip(15) {
		text += one(p.Generator, " LIMIT 0", " WHERE", " nothing", " GROUP Zone", "'", " LIMIT 501", " OR Zone = 'x'")
	}
	return text
}

// word is a keyword in either case.
func (p *plan) word(text string) string {
	if p.chance(20) {
		return strings.ToLower(text)
	}
	return text
}

func (p *plan) function() string {
	if p.slip(8) {
		return one(p.Generator, "MEAN", "STDDEV", "median")
	}
	return p.word(one(p.Generator, "AVG", "COUNT", "MAX", "MIN", "SUM"))
}

// identifier quotes what is no plain word.
func identifier(text string) string {
	if strings.ContainsAny(text, " -()/") {
		return `"` + text + `"`
	}
	return text
}

func (p *plan) column() string {
	if p.slip(8) {
		return one(p.Generator, "value", "Group", "limit")
	}
	return one(p.Generator, "InstanceId", "InstanceId", "Zone", "Zone", `"Load Balancer"`, "AWS.AccountId", "Nothing", "tag.env", `tag."my key"`)
}

func (p *plan) comparison() string {
	right := "'" + one(p.Generator, values...) + "'"
	switch {
	case p.chance(4):
		right = "CURRENT_ACCOUNT_ID()"
	case p.slip(10):
		right = one(p.Generator, "Zone", `"i-1"`, "7")
	}
	return p.column() + one(p.Generator, " = ", " != ", "=", "!=") + right
}
