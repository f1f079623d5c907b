package run

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func TestSecretsAreHiddenWhereTheyShow(t *testing.T) {
	ctx := WithSecrets(context.Background(), property.NewMap(map[string]property.Value{
		"stdin":      property.New("PASSWORD=correct-horse\nok\n").WithSecret(true),
		"create":     property.New("cat"),
		"connection": property.New("bastion.example").WithSecret(true),
	}))
	if got := Redact(ctx, "got PASSWORD=correct-horse, ok, from bastion.example"); got != "got [secret], ok, from bastion.example" {
		t.Errorf("got %q", got)
	}
	outputs := HideEchoes(ctx, property.NewMap(map[string]property.Value{
		"stdout": property.New("PASSWORD=correct-horse"), "stderr": property.New("fine"),
	}))
	if !outputs.Get("stdout").Secret() || outputs.Get("stderr").Secret() {
		t.Errorf("got %v", outputs)
	}
}
