// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessGrants} from "../AccessGrants.sol";
import {CheckpointAnchor} from "../CheckpointAnchor.sol";
import {LicenseRegistry} from "../LicenseRegistry.sol";
import {ResourceRegistry} from "../ResourceRegistry.sol";
import {StewardRegistry} from "../StewardRegistry.sol";
import {IAccessGrants} from "../interfaces/IAccessGrants.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {Signing} from "./Signing.sol";

/// @title All five contracts, two stewards with a registrar each, one license, one ledger
abstract contract Fixture is Signing {
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
        _anchors = new CheckpointAnchor(ADMIN_DELAY, ADMIN, SALT);
        _resources = new ResourceRegistry(_stewards, _licenses, _anchors, SALT);
        _grants = new AccessGrants(_stewards, _licenses, _resources, SALT);
        _license = _licenses.defineLicense("https://example.org/terms", 0, SEATS, LOAN, true);
        _addSteward(STEWARD, REGISTRAR);
        _addSteward(OTHER_STEWARD, OTHER_REGISTRAR);
        vm.prank(ADMIN);
        _anchors.openLedger(LEDGER, STEWARD, ANCHORER);
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

    function _statedUnder(
        bytes32 digest,
        bytes32 license
    ) internal view returns (IResourceRegistry.Registration memory stated) {
        stated = _stated(digest);
        stated.license = license;
    }

    function _statedGrant(uint32 seat, uint24 turn) internal pure returns (IAccessGrants.Grant memory) {
        return
            IAccessGrants.Grant({
                digest: DIGEST,
                steward: STEWARD,
                seat: seat,
                turn: turn,
                grantee: GRANTEE,
                scopes: 1
            });
    }

    function _register(bytes32 digest) internal {
        vm.prank(REGISTRAR);
        _resources.register(_stated(digest));
    }

    function _issue(uint32 seat, uint24 turn) internal returns (bytes32 grant) {
        vm.prank(REGISTRAR);
        return _grants.issue(_statedGrant(seat, turn), uint64(block.timestamp) + LOAN);
    }
}
