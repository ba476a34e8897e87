"""Hosts the components for the Pulumi engine: programs in any Pulumi language use them as package `zt-ai-azure`."""

from hosted import COMPONENTS, PACKAGE
from pulumi.provider.experimental import component_provider_host

from zt_ai import __version__

if __name__ == "__main__":
    component_provider_host(name=PACKAGE, components=COMPONENTS, version=__version__)
