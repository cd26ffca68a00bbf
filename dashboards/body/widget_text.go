package body

// textWidget judges the properties of a text.
var textWidget = record(having("markdown"), fields{
	"markdown":   aText(),
	"background": enum("transparent", "solid"),
})
