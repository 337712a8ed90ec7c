// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessGrants} from "../AccessGrants.sol";
import {CheckpointAnchor} from "../CheckpointAnchor.sol";
import {LicenseRegistry} from "../LicenseRegistry.sol";
import {ResourceRegistry} from "../ResourceRegistry.sol";
import {StewardRegistry} from "../StewardRegistry.sol";
import {IAccessGrants} from "../interfaces/IAccessGrants.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {ISignedIntents} from "../interfaces/ISignedIntents.sol";
import {Test} from "./Test.sol";

/// @title All five contracts, two stewards with a registrar each, one license, one ledger
abstract contract Fixture is Test {
    struct Domain {
        string name;
        string version;
        uint256 chainId;
        address verifyingContract;
        bytes32 salt;
    }

    uint64 internal constant START = 1_800_000_000;
    uint64 internal constant LOAN = 28 days;
    uint32 internal constant SEATS = 2;
    uint48 internal constant ADMIN_DELAY = 2 days;

    bytes32 internal constant SALT = keccak256("salt of this deployment");
    bytes32 internal constant STEWARD = keccak256("steward");
    bytes32 internal constant OTHER_STEWARD = keccak256("other steward");
    bytes32 internal constant LEDGER = keccak256("ledger");
    bytes32 internal constant DIGEST = keccak256("resource");
    bytes32 internal constant METADATA = keccak256("metadata");
    bytes32 internal constant GRANT = keccak256("grant");
    bytes32 internal constant GRANTEE = keccak256("grantee");

    uint256 internal constant REGISTRAR_KEY = 0xa11ce;
    uint256 internal constant OTHER_REGISTRAR_KEY = 0xb0b;
    uint256 internal constant ANCHORER_KEY = 0xca401;

    address internal constant ADMIN = address(0xad);
    address internal constant STRANGER = address(0x57);
    address internal immutable REGISTRAR = vm.addr(REGISTRAR_KEY);
    address internal immutable OTHER_REGISTRAR = vm.addr(OTHER_REGISTRAR_KEY);
    address internal immutable ANCHORER = vm.addr(ANCHORER_KEY);

    StewardRegistry internal _stewards;
    LicenseRegistry internal _licenses;
    ResourceRegistry internal _resources;
    AccessGrants internal _grants;
    CheckpointAnchor internal _anchors;
    bytes32 internal _license;

    function setUp() public virtual {
        vm.warp(START);
        vm.recordLogs();
        _stewards = new StewardRegistry(ADMIN_DELAY, ADMIN);
        _licenses = new LicenseRegistry();
        _resources = new ResourceRegistry(_stewards, _licenses, SALT);
        _grants = new AccessGrants(_stewards, _licenses, _resources, SALT);
        _anchors = new CheckpointAnchor(ADMIN_DELAY, ADMIN, SALT);
        _license = _licenses.defineLicense("https://example.org/terms", 0, SEATS, LOAN, true);
        _addSteward(STEWARD, REGISTRAR);
        _addSteward(OTHER_STEWARD, OTHER_REGISTRAR);
        vm.prank(ADMIN);
        _anchors.openLedger(LEDGER, ANCHORER);
    }

    function _addSteward(bytes32 steward, address registrar) private {
        vm.prank(ADMIN);
        _stewards.accredit(steward);
        vm.prank(ADMIN);
        _stewards.addRegistrar(steward, registrar, START, START + 3650 days);
    }

    /// @dev A resource of one IPFS block, so that the CID has its digest.
    function _stated(bytes32 digest) internal view returns (IResourceRegistry.Registration memory) {
        return
            IResourceRegistry.Registration({
                digest: digest,
                steward: STEWARD,
                license: _license,
                cidCodec: 0x55,
                cidDigest: digest,
                metadata: METADATA
            });
    }

    function _statedGrant(bytes32 grant, uint32 seat) internal view returns (IAccessGrants.Grant memory) {
        return
            IAccessGrants.Grant({
                grant: grant,
                digest: DIGEST,
                steward: STEWARD,
                grantee: GRANTEE,
                scopes: 1,
                until: uint64(block.timestamp) + LOAN,
                seat: seat
            });
    }

    function _register(bytes32 digest) internal {
        vm.prank(REGISTRAR);
        _resources.register(_stated(digest));
    }

    function _issue(bytes32 grant, uint32 seat) internal {
        vm.prank(REGISTRAR);
        _grants.issue(_statedGrant(grant, seat));
    }

    function _domainOf(ISignedIntents target) internal view returns (Domain memory domain) {
        (, domain.name, domain.version, domain.chainId, domain.verifyingContract, domain.salt, ) = target
            .eip712Domain();
    }

    /// @dev The digest that EIP-712 gives for typed data.
    function _typedDigest(Domain memory domain, bytes32 structHash) internal pure returns (bytes32) {
        bytes32 separator = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)"
                ),
                keccak256(bytes(domain.name)),
                keccak256(bytes(domain.version)),
                domain.chainId,
                domain.verifyingContract,
                domain.salt
            )
        );
        return keccak256(abi.encodePacked(hex"1901", separator, structHash));
    }

    function _sign(uint256 key, bytes32 digest) internal pure returns (bytes memory signature) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _signFor(ISignedIntents target, uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        return _sign(key, _typedDigest(_domainOf(target), structHash));
    }

    function _registerHash(
        IResourceRegistry.Registration memory stated,
        address registrar,
        uint256 nonce,
        uint64 deadline
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256(
                        "Register(bytes32 digest,bytes32 steward,bytes32 license,uint8 cidCodec,bytes32 cidDigest,"
                        "bytes32 metadata,address registrar,uint256 nonce,uint64 deadline)"
                    ),
                    stated.digest,
                    stated.steward,
                    stated.license,
                    stated.cidCodec,
                    stated.cidDigest,
                    stated.metadata,
                    registrar,
                    nonce,
                    deadline
                )
            );
    }

    function _issueHash(
        IAccessGrants.Grant memory stated,
        address registrar,
        uint256 nonce,
        uint64 deadline
    ) internal pure returns (bytes32) {
        bytes32 typehash = keccak256(
            "IssueGrant(bytes32 grant,bytes32 digest,bytes32 steward,bytes32 grantee,uint16 scopes,uint64 until,"
            "uint32 seat,address registrar,uint256 nonce,uint64 deadline)"
        );
        return
            keccak256(
                abi.encode(
                    typehash,
                    stated.grant,
                    stated.digest,
                    stated.steward,
                    stated.grantee,
                    stated.scopes,
                    stated.until,
                    stated.seat,
                    registrar,
                    nonce,
                    deadline
                )
            );
    }

    function _revokeHash(
        bytes32 grant,
        address registrar,
        uint256 nonce,
        uint64 deadline
    ) internal pure returns (bytes32) {
        bytes32 typehash = keccak256("RevokeGrant(bytes32 grant,address registrar,uint256 nonce,uint64 deadline)");
        return keccak256(abi.encode(typehash, grant, registrar, nonce, deadline));
    }

    function _anchorHash(bytes32 ledger, uint64 size, bytes32 root, uint64 deadline) internal pure returns (bytes32) {
        bytes32 typehash = keccak256("Anchor(bytes32 ledger,uint64 size,bytes32 root,uint64 deadline)");
        return keccak256(abi.encode(typehash, ledger, size, root, deadline));
    }
}
