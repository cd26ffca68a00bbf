package body

// logWidget judges the properties of a query of logs. The query's own language is
// not judged: AWS keeps what cannot be run, too (inferred).
var logWidget = record(having("query"), fields{
	"query":     aText(),
	"region":    aText(),
	"title":     aText(),
	"view":      enum("table", "timeSeries", "bar", "pie"),
	"accountId": aText(),
	// Not in the guide; the console and the CDK write them (inferred).
	"stacked":       aBoolean(),
	"queryLanguage": aText(),
})
