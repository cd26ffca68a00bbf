package body

// Limits of a variable (cloudwatch.md 19.2).
const (
	maxVariableLabel = 30
	maxValues        = 500
	maxValueLabel    = 255
	maxSearch        = 2048
)

var eachVariable = list(0, maxVariables, record(having("type", "inputType", "id"), fields{
	"type":         enum("property", "pattern"),
	"property":     aText(),
	"pattern":      aText(),
	"inputType":    enum("input", "select", "radio"),
	"id":           like(`^[0-9A-Za-z_-]{1,32}$`),
	"label":        aText(longest(maxVariableLabel)),
	"defaultValue": aText(),
	"visible":      aBoolean(),
	"search":       aText(longest(maxSearch)),
	"populateFrom": aText(),
	"values":       list(1, maxValues, record(having("value"), fields{"value": aText(), "label": aText(longest(maxValueLabel))})),
}, replaced, choice))

// variables judges the variables of a dashboard, each by itself and together.
func variables(c *checker, v *value, at *place) {
	eachVariable(c, v, at)
	distinct(c, v, at, "id")
	distinct(c, v, at, "property") // [T]
}

// replaced: a variable stands for the property or the pattern that its type says.
func replaced(c *checker, v *value, at *place) {
	if what := v.textOf("type"); (what == "property" || what == "pattern") && v.get(what) == nil {
		c.lacks(at, what)
	}
}

// choice: values are listed or searched for, and a search tells what to take from
// what it finds. Whoever is to select must have something to select from
// (inferred).
func choice(c *checker, v *value, at *place) {
	listed, searched := v.get("values") != nil, v.get("search") != nil
	switch {
	case listed && searched: // wording (inferred)
		c.wrong(at, "Should NOT have both of the properties 'values' and 'search'")
	case searched && v.get("populateFrom") == nil:
		c.wrong(at, "Should have property populateFrom when property search is present")
	case !listed && !searched && (v.textOf("inputType") == "select" || v.textOf("inputType") == "radio"):
		c.lacks(at, "values")
	}
}

// distinct: no two variables have the same text as a member. The words are
// inferred.
func distinct(c *checker, v *value, at *place, name string) {
	seen := map[string]bool{}
	for i, variable := range v.items[:min(len(v.items), maxVariables)] {
		s := variable.textOf(name)
		if s != "" && seen[s] {
			c.wrong(at.item(i).member(name), `The %s "%s" is used by more than one variable`, name, s)
		}
		seen[s] = true
	}
}
