package run

import (
	"context"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// shortestSecret is the length below which a line of a secret is left alone: hiding every "yes" or "}" would make
// messages unreadable and hides nothing.
const shortestSecret = 6

type secretsKey struct{}

// WithSecrets remembers the secret strings in properties for Redact. A connection is skipped: it is secret as a
// whole although host and user are what a message needs; its keys and passwords never reach a command.
func WithSecrets(ctx context.Context, properties ...property.Map) context.Context {
	var pairs []string
	seen := map[string]bool{}
	add := func(text string) {
		if len(text) >= shortestSecret && !seen[text] {
			seen[text] = true
			pairs = append(pairs, text, "[secret]")
		}
	}
	for _, values := range properties {
		for key, value := range values.All {
			if key != "connection" {
				collect(value, false, add)
			}
		}
	}
	if len(pairs) == 0 {
		return ctx
	}
	return context.WithValue(ctx, secretsKey{}, strings.NewReplacer(pairs...))
}

func collect(value property.Value, secret bool, add func(string)) {
	secret = secret || value.Secret()
	switch {
	case value.IsString() && secret:
		text := value.AsString()
		add(text)
		for _, line := range strings.Split(text, "\n") {
			add(strings.TrimSpace(line))
		}
	case value.IsMap():
		for _, inner := range value.AsMap().All {
			collect(inner, secret, add)
		}
	case value.IsArray():
		for _, inner := range value.AsArray().All {
			collect(inner, secret, add)
		}
	}
}

// Redact replaces the request's secret strings in a text that people will see.
func Redact(ctx context.Context, text string) string {
	if replacer, ok := ctx.Value(secretsKey{}).(*strings.Replacer); ok {
		return replacer.Replace(text)
	}
	return text
}

// HideEchoes makes outputs secret that repeat a secret input. The released provider leaves them plain; what doesn't
// repeat one stays plain here too, so that programs see no other difference.
func HideEchoes(ctx context.Context, outputs property.Map) property.Map {
	for _, name := range []string{"stdout", "stderr"} {
		value, given := outputs.GetOk(name)
		if given && value.IsString() && Redact(ctx, value.AsString()) != value.AsString() {
			outputs = outputs.Set(name, value.WithSecret(true))
		}
	}
	return outputs
}
