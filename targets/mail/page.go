package mail

import "html/template"

// page is the HTML form. The template escapes what it is given, links that are
// not http or https too. Readers of mail know neither style sheets nor scripts.
var page = template.Must(template.New("mail").Parse(`<!DOCTYPE html>
<html><body style="font-family: sans-serif; color: #1f1f1f">
{{with .Sheet -}}
<table role="presentation" cellpadding="0" cellspacing="0" style="width: 100%; max-width: 44em; border-top: 6px solid {{.Colour}}">
<tr><td style="padding: 1em 0"><span style="background: {{.Colour}}; color: #ffffff; padding: 2px 8px; font-weight: bold">{{.State}}</span> <b>{{.Title}}</b></td></tr>
<tr><td>{{.Lead}}</td></tr>
{{if .Words}}<tr><td style="padding: 1em 0; white-space: pre-wrap">{{.Words}}</td></tr>
{{end}}</table>
{{range .Sections -}}
<h3 style="font-size: 1em; margin: 1em 0 0.3em">{{.Title}}</h3>
<table cellpadding="4" cellspacing="0" style="border-collapse: collapse">
{{range .Rows}}<tr><th style="text-align: left; vertical-align: top; color: #5f5f5f; font-weight: normal">{{.Name}}</th><td style="white-space: pre-wrap">{{.Value}}</td></tr>
{{end}}</table>
{{end}}{{else -}}
<div style="white-space: pre-wrap">{{.Text}}</div>
{{end}}{{if .Footer}}<p style="color: #5f5f5f; font-size: 0.9em">{{.Footer}}</p>
{{end}}{{if .Link}}<p><a href="{{.Link}}">{{.Says}}</a></p>
{{end}}</body></html>
`))
