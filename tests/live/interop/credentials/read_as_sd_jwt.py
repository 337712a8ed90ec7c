"""Check a credential by the Python library sd-jwt. Run by an interpreter that has it.

python read_as_sd_jwt.py ISSUER_METADATA < CREDENTIAL
"""

import json
import sys

from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier


def main() -> None:
    keys = {key["kid"]: key for key in json.loads(sys.argv[1])["jwks"]["keys"]}

    def key_of(_issuer: str, header: dict[str, str]) -> JWK:
        return JWK(**keys[header["kid"]])

    verified = SDJWTVerifier(sys.stdin.read().strip(), key_of)
    sys.stdout.write(json.dumps(verified.get_verified_payload()))


main()
