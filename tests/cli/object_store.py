"""An object store over TLS that speaks S3 as its best-known test double does; run as a program of its own.

Arguments: a PEM file with key and certificate, and the file in which the object is put down as soon as it is kept. It prints an
upload address, and ends when its stdin does.
"""

import sys
import threading
from pathlib import Path

import boto3
from botocore.config import Config
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Nothing is logged."""

    def log(self, *_: object) -> None:
        pass


def main(pem: str, keeps: Path) -> None:
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet, ssl_context=(pem, pem))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = boto3.client(
        "s3",
        endpoint_url=f"https://localhost:{server.port}",
        region_name="eu-central-1",
        aws_access_key_id="AKIATEST",
        aws_secret_access_key="secret",
        verify=False,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    client.create_bucket(Bucket="cases", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    address = client.generate_presigned_url("put_object", {"Bucket": "cases", "Key": "4711/bundle.zip"}, ExpiresIn=60)
    print(address, flush=True)
    sys.stdin.read()
    found = client.list_objects_v2(Bucket="cases").get("Contents", [])
    if found:
        keeps.write_bytes(client.get_object(Bucket="cases", Key=found[0]["Key"])["Body"].read())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
